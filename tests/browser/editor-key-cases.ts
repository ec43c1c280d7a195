/** Each key of an editor, by what it does. */
import { expect } from "vitest";
import type { EditorKeyId } from "../../src/web/editor/editor-keys.ts";
import type { KeyBench, KeyCase } from "./keys-support.ts";

export function editorCases(on: KeyBench): Readonly<Record<EditorKeyId, KeyCase>> {
  const { page, session, document, becomes, visible, press, edit } = on;
  async function searchFor(text: string): Promise<void> {
    await edit("ab ab ab");
    await press("Ctrl+Shift+F");
    await page.getByRole("textbox", { name: "Find in this cell" }).fill(text);
    await press("Escape");
    await press("Control+Home");
  }

  return {
    complete: async (keys) => {
      await edit("abcdefgh = 1\nx");
      await press("Control+End", "Enter");
      await page.keyboard.type("abcd");
      await press(keys);
      await visible(".cm-tooltip-autocomplete >> text=abcdefgh");
      await press("Escape", "Home", keys);
      await becomes("code:abcdefgh = 1\nx\n    abcd | code:2 | markdown:three");
    },
    inspect: async (keys) => {
      await session.startKernel();
      await edit("print");
      await press("End", keys);
      await visible(".cm-inspection >> text=Prints the values");
    },
    signature: async (keys) => {
      await session.startKernel();
      await edit("print(1)");
      await press("End", "ArrowLeft", keys);
      await visible(".cm-signature >> text=sep");
      await press("Escape");
      await page.locator(".cm-signature").waitFor({ state: "detached" });
      // By itself, when a bracket is typed.
      await press("Control+a");
      await page.keyboard.type("sorted(");
      await visible(".cm-signature strong >> text=iterable");
      await page.keyboard.type("x, key=");
      await visible(".cm-signature strong >> text=key");
    },
    comment: async (keys) => {
      await edit("a\nb");
      await press("Control+a", keys);
      await becomes("code:# a\n# b | code:2 | markdown:three");
      await press(keys);
      await becomes("code:a\nb | code:2 | markdown:three");
    },
    indent: async (keys) => {
      await edit("a");
      await press(keys);
      await becomes("code:    a | code:2 | markdown:three");
    },
    dedent: async (keys) => {
      await edit("        a");
      await press(keys);
      await becomes("code:    a | code:2 | markdown:three");
    },
    "next-occurrence": async (keys) => {
      await edit("ab cd ab");
      await press(keys, keys);
      await page.keyboard.type("x");
      await becomes("code:x cd x | code:2 | markdown:three");
    },
    "all-occurrences": async (keys) => {
      await edit("ab ab ab");
      await press("Shift+ArrowRight", "Shift+ArrowRight", keys);
      await page.keyboard.type("x");
      await becomes("code:x x x | code:2 | markdown:three");
    },
    "cursor-above": async (keys) => {
      await edit("a\nb");
      await press("Control+End", "Home", keys);
      await page.keyboard.type("x");
      await becomes("code:xa\nxb | code:2 | markdown:three");
      // Esc takes the second cursor away, not the editor.
      await press("Escape");
      await page.keyboard.type("y");
      await expect.poll(document).toMatch(/^code:(?:xya\nxb|xa\nxyb) /);
    },
    "cursor-below": async (keys) => {
      await edit("a\nb");
      await press(keys);
      await page.keyboard.type("x");
      await becomes("code:xa\nxb | code:2 | markdown:three");
    },
    "line-up": async (keys) => {
      await edit("a\nb");
      await press("Control+End", keys);
      await becomes("code:b\na | code:2 | markdown:three");
    },
    "line-down": async (keys) => {
      await edit("a\nb");
      await press(keys);
      await becomes("code:b\na | code:2 | markdown:three");
    },
    "copy-line-up": async (keys) => {
      await edit("a\nb");
      await press(keys);
      await becomes("code:a\na\nb | code:2 | markdown:three");
    },
    "copy-line-down": async (keys) => {
      await edit("a\nb");
      await press(keys);
      await becomes("code:a\na\nb | code:2 | markdown:three");
    },
    "delete-line": async (keys) => {
      await edit("a\nb");
      await press(keys);
      await becomes("code:b | code:2 | markdown:three");
    },
    bracket: async (keys) => {
      await edit("(ab)");
      await press(keys);
      await page.keyboard.type("x");
      await becomes("code:(ab)x | code:2 | markdown:three");
    },
    "find-next": async (keys) => {
      await searchFor("ab");
      await press(keys);
      await page.keyboard.type("x");
      await becomes("code:x ab ab | code:2 | markdown:three");
    },
    "find-previous": async (keys) => {
      await searchFor("ab");
      await press(keys);
      await page.keyboard.type("x");
      await becomes("code:ab ab x | code:2 | markdown:three");
    },
    "undo-typing": async (keys) => {
      await edit();
      await page.keyboard.type("x");
      await becomes("code:x1 | code:2 | markdown:three");
      await press(keys);
      await becomes("code:1 | code:2 | markdown:three");
    },
    "redo-typing": async (keys) => {
      await edit();
      await page.keyboard.type("x");
      await press("Control+z");
      await becomes("code:1 | code:2 | markdown:three");
      await press(keys);
      await becomes("code:x1 | code:2 | markdown:three");
    },
  };
}
