/** Each command's key, by what it does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { byTest, type KeyBench, type KeyCase } from "./keys-support.ts";

export function commandCases(on: KeyBench): Readonly<Record<string, KeyCase>> {
  const {
    page,
    served,
    session,
    setCells,
    becomes,
    at,
    isActive,
    selectedCount,
    visible,
    press,
    edit,
    dialog,
    longPage,
    scrolled,
    numbered,
  } = on;
  return {
    "run-all": async (keys) => {
      await setCells([["code", "1"]]);
      await press(keys);
      await expect
        .poll(() => served.host.runOf(session.id)?.snapshot().status, { timeout: 30_000 })
        .toBe("completed");
    },
    "run-advance": async (keys) => {
      await press(keys);
      await isActive(1);
      await expect.poll(() => session.live.cell(at(0))?.executionCount, { timeout: 30_000 }).not.toBeNull();
    },
    "run-stay": async (keys) => {
      await press(keys);
      await expect.poll(() => session.live.cell(at(0))?.executionCount, { timeout: 30_000 }).not.toBeNull();
      await isActive(0);
    },
    "run-insert": async (keys) => {
      await press(keys);
      await becomes("code:1 | code: | code:2 | markdown:three");
    },
    skip: async (keys) => {
      session.live.apply({ type: "set-cell-metadata", id: at(1), key: "tags", value: ["hold"] }, byTest);
      const state = () => served.host.runOf(session.id)?.snapshot().status;
      await press("Ctrl+Shift+Enter");
      await expect.poll(state, { timeout: 30_000 }).toBe("held");
      await page.getByRole("button", { name: /Approve/ }).waitFor();
      await press(keys);
      await expect.poll(state, { timeout: 30_000 }).toBe("completed");
      expect(session.live.cell(at(1))?.executionCount).toBeNull();
    },
    "insert-above": async (keys) => {
      await press(keys);
      await becomes("code: | code:1 | code:2 | markdown:three");
    },
    "insert-below": async (keys) => {
      await press(keys);
      await becomes("code:1 | code: | code:2 | markdown:three");
    },
    cut: async (keys) => {
      await press(keys);
      await becomes("code:2 | markdown:three");
      await press("v");
      await becomes("code:2 | code:1 | markdown:three");
    },
    copy: async (keys) => {
      await press(keys, "j", "v");
      await becomes("code:1 | code:2 | code:1 | markdown:three");
    },
    paste: async (keys) => {
      await press("c", keys);
      await becomes("code:1 | code:1 | code:2 | markdown:three");
    },
    "paste-above": async (keys) => {
      await press("j", "c", "k", keys);
      await becomes("code:2 | code:1 | code:2 | markdown:three");
    },
    delete: async (keys) => {
      await press(keys);
      await becomes("code:2 | markdown:three");
    },
    undo: async (keys) => {
      await press("d", "d");
      await becomes("code:2 | markdown:three");
      await press(keys);
      await becomes("code:1 | code:2 | markdown:three");
    },
    redo: async (keys) => {
      await press("d", "d", "z");
      await becomes("code:1 | code:2 | markdown:three");
      await press(keys);
      await becomes("code:2 | markdown:three");
    },
    "move-up": async (keys) => {
      await press("j", keys);
      await becomes("code:2 | code:1 | markdown:three");
    },
    "move-down": async (keys) => {
      await press(keys);
      await becomes("code:2 | code:1 | markdown:three");
    },
    merge: async (keys) => {
      await press("Shift+J", keys);
      await becomes("code:1\n\n2 | markdown:three");
      await press("z");
      await becomes("code:1 | code:2 | markdown:three");
    },
    "merge-above": async (keys) => {
      await press("j", keys);
      await becomes("code:1\n\n2 | markdown:three");
    },
    "merge-below": async (keys) => {
      await press(keys);
      await becomes("code:1\n\n2 | markdown:three");
    },
    split: async (keys) => {
      await edit("ab");
      await press("ArrowRight", keys);
      await becomes("code:a | code:b | code:2 | markdown:three");
      await press("Escape", "z");
      await becomes("code:ab | code:2 | markdown:three");
    },
    "heading-below": async (keys) => {
      await press(keys);
      await becomes("code:1 | markdown:#  | code:2 | markdown:three");
      await visible(".cm-content");
      await page.keyboard.type("New");
      await becomes("code:1 | markdown:# New | code:2 | markdown:three");
    },
    "to-code": async (keys) => {
      await press("End", keys);
      await becomes("code:1 | code:2 | code:three");
    },
    "to-markdown": async (keys) => {
      await press("Shift+J", keys);
      await becomes("markdown:1 | markdown:2 | markdown:three");
      await press("z");
      await becomes("code:1 | code:2 | markdown:three");
    },
    "to-raw": async (keys) => {
      await press(keys);
      await becomes("raw:1 | code:2 | markdown:three");
    },
    ...Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((level): [string, KeyCase] => [
        `heading-${level}`,
        async (keys) => {
          await press(keys);
          await becomes(`markdown:${"#".repeat(level)} 1 | code:2 | markdown:three`);
        },
      ]),
    ),
    edit: async (keys) => {
      await press(keys);
      await visible(".cm-content");
    },
    "leave-editor": async (keys) => {
      await edit();
      await press(keys);
      await page.locator(".cm-content").waitFor({ state: "detached" });
      await isActive(0);
    },
    up: async (keys) => {
      await press("j", keys);
      await isActive(0);
    },
    down: async (keys) => {
      await press(keys);
      await isActive(1);
    },
    "extend-up": async (keys) => {
      await press("j", keys);
      await isActive(0);
      expect(await selectedCount()).toBe(2);
    },
    "extend-down": async (keys) => {
      await press(keys);
      await isActive(1);
      expect(await selectedCount()).toBe(2);
    },
    first: async (keys) => {
      await press("j", "j", keys);
      await isActive(0);
    },
    last: async (keys) => {
      await press(keys);
      await isActive(2);
    },
    "select-all": async (keys) => {
      await press(keys);
      await expect.poll(selectedCount).toBe(3);
    },
    "extend-first": async (keys) => {
      await press("End", keys);
      await isActive(0);
      expect(await selectedCount()).toBe(3);
    },
    "extend-last": async (keys) => {
      await press(keys);
      await isActive(2);
      expect(await selectedCount()).toBe(3);
    },
    "select-one": async (keys) => {
      await press("Shift+J", keys);
      await expect.poll(selectedCount).toBe(0);
      await isActive(1);
    },
    "to-parameters": async (keys) => {
      session.live.apply({ type: "set-source", id: at(0), source: "rate = 0.1" }, byTest);
      session.live.apply(
        { type: "set-cell-metadata", id: at(0), key: "tags", value: ["parameters"] },
        byTest,
      );
      await visible("[data-parameter-field]");
      await press(keys);
      await expect
        .poll(() => page.evaluate("document.activeElement.matches('[data-parameter-field]')"))
        .toBe(true);
      // Out of the field, so that the next key is the notebook's.
      await page.locator(`[data-cell="${at(0)}"]`).focus();
    },
    "scroll-down": async (keys) => {
      await longPage();
      await press(keys);
      await expect.poll(scrolled).toBeGreaterThan(200);
    },
    "scroll-up": async (keys) => {
      await longPage();
      await page.evaluate("window.scrollTo(0, 1500)");
      await press(keys);
      await expect.poll(scrolled).toBeLessThan(1300);
    },
    "line-numbers": async (keys) => {
      await press(keys);
      await expect.poll(numbered).toEqual([true, false]);
      await press(keys);
      await expect.poll(numbered).toEqual([false, false]);
    },
    "all-line-numbers": async (keys) => {
      await press(keys);
      await expect.poll(numbered).toEqual([true, true]);
      expect(await page.evaluate("localStorage.getItem('loopbook.code-view')")).toContain(
        '"lineNumbers":true',
      );
      await press("Enter");
      await visible(".cm-lineNumbers");
      await press("Escape", keys);
      await expect.poll(numbered).toEqual([false, false]);
    },
    wrap: async (keys) => {
      const wraps = () => page.locator(`[data-cell="${at(0)}"] pre[class*="wraps"]`).count();
      await press(keys);
      await expect.poll(wraps).toBe(1);
      await press("Enter");
      await visible(".cm-lineWrapping");
      await press(keys, "Escape");
      await expect.poll(wraps).toBe(0);
    },
    "side-panel": async (keys) => {
      const panel = page.getByRole("complementary");
      await panel.waitFor();
      await press(keys);
      await panel.waitFor({ state: "detached" });
      await press(keys);
      await panel.waitFor();
    },
    variables: async (keys) => {
      await press(keys);
      await page.getByRole("heading", { name: "Variables" }).waitFor();
      await page.getByRole("tab", { name: "Run" }).click();
      await page.locator(`[data-cell="${at(0)}"]`).focus();
    },
    docs: async (keys) => {
      await press(keys);
      await page.getByRole("heading", { name: "Documentation" }).waitFor();
      await page.getByRole("tab", { name: "Run" }).click();
      await page.locator(`[data-cell="${at(0)}"]`).focus();
    },
    format: async (keys) => {
      await session.startKernel();
      session.live.apply({ type: "set-source", id: at(0), source: "x=1" }, byTest);
      session.live.apply({ type: "set-source", id: at(1), source: "%time y=2\nz=3" }, byTest);
      await page.locator(`[data-cell="${at(1)}"] >> text=z=3`).waitFor();
      await press("Shift+J", keys);
      await becomes("code:x = 1 | code:%time y=2\nz = 3 | markdown:three");
      await press("z");
      await becomes("code:x=1 | code:%time y=2\nz=3 | markdown:three");
    },
    "find-in-cell": async (keys) => {
      await edit("one two one");
      await press(keys);
      await page.getByRole("textbox", { name: "Find in this cell" }).fill("one");
      await visible(".cm-cell-count >> text=2");
      await press("Enter");
      await visible(".cm-cell-count >> text=1 of 2");
      await page.getByRole("textbox", { name: "Replace with" }).fill("1");
      await page.getByRole("button", { name: "Replace all" }).click();
      await becomes("code:1 two 1 | code:2 | markdown:three");
      await press("Escape");
      await page.locator(".cm-cell-search").waitFor({ state: "detached" });
      expect(await page.locator(".cm-content").count()).toBe(1);
    },
    restart: async (keys) => {
      await press(keys);
      await dialog("Restart the kernel?");
    },
    save: async (keys) => {
      await press("b", keys);
      const file = () => readFileSync(join(served.folder, "keys.ipynb"), "utf8");
      await expect.poll(() => JSON.parse(file()).cells.length).toBe(4);
    },
    "save-as": async (keys) => {
      await press(keys);
      await page.getByRole("dialog").waitFor();
    },
    find: async (keys) => {
      await press(keys);
      await page.getByRole("search").waitFor();
      await press("Escape");
    },
    palette: async (keys) => {
      await press(keys);
      await page.getByRole("combobox", { name: "Find a command" }).waitFor();
    },
    shortcuts: async (keys) => {
      await press(keys);
      await dialog("Keyboard shortcuts");
      await press("Escape");
    },
  };
}
