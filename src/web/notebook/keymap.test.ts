import { expect, test } from "vitest";
import { chordOf, isCharacterKey, KeySequences } from "./keymap.ts";

const stroke = (key: string, held: string[] = []) => ({
  key,
  ctrlKey: held.includes("ctrl"),
  metaKey: held.includes("meta"),
  altKey: held.includes("alt"),
  shiftKey: held.includes("shift"),
});

test("chords are written one way", () => {
  expect(chordOf(stroke("Enter", ["shift"]))).toBe("Shift+Enter");
  expect(chordOf(stroke("C", ["ctrl", "shift"]))).toBe("Ctrl+Shift+C");
  expect(chordOf(stroke("s", ["meta"]))).toBe("Ctrl+s");
  expect(chordOf(stroke("A", ["shift"]))).toBe("Shift+A");
  expect(chordOf(stroke("A"))).toBe("a");
  expect(chordOf(stroke("?", ["shift"]))).toBe("?");
  expect(chordOf(stroke(" ", ["shift"]))).toBe("Shift+Space");
  expect(chordOf(stroke("_", ["ctrl", "shift"]))).toBe("Ctrl+Shift+-");
  expect(chordOf(stroke("-", ["ctrl", "shift"]))).toBe("Ctrl+Shift+-");
});

test("only keys that type a character count as character keys", () => {
  expect(["a", "Shift+A", "?", "1"].every(isCharacterKey)).toBe(true);
  expect(["Ctrl+s", "Shift+Enter", "Escape", "Alt+x", "ArrowUp"].some(isCharacterKey)).toBe(false);
});

test("a sequence needs both keys, in time and with nothing between", () => {
  let now = 0;
  const keys = new KeySequences(
    new Map([
      ["d d", "delete"],
      ["0 0", "restart"],
      ["a", "above"],
    ]),
    () => now,
  );
  expect([keys.press("d"), keys.press("d")]).toEqual(["pending", "delete"]);
  expect([keys.press("d"), keys.press("a"), keys.press("d")]).toEqual(["pending", "above", "pending"]);
  now = 5000;
  expect(keys.press("d")).toBe("pending");
  expect(keys.press("d")).toBe("delete");
  expect([keys.press("d"), keys.press("0"), keys.press("0")]).toEqual(["pending", "pending", "restart"]);
  expect(keys.press("q")).toBeNull();
});
