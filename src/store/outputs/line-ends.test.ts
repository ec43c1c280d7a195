import fc from "fast-check";
import { expect, test } from "vitest";
import { countLineEnds, splitLines, startOfLine } from "./line-ends.ts";

const someText = fc
  .array(fc.constantFrom("a", "é", "😀", "\n", "\n\n", "long "), { maxLength: 40 })
  .map((parts) => parts.join(""));

test("lines are those of the text, with a limit and without one", () => {
  fc.assert(
    fc.property(someText, (text) => {
      const bytes = Buffer.from(text);
      const lines = text.split("\n");
      if (lines.at(-1) === "") lines.pop();
      expect(splitLines(bytes, Number.POSITIVE_INFINITY)).toEqual(lines);
      const cut = splitLines(bytes, 5);
      expect(cut).toHaveLength(lines.length);
      for (const [index, line] of lines.entries()) {
        if (Buffer.byteLength(line) <= 5) expect(cut[index]).toBe(line);
        else expect(line.startsWith(cut[index]?.slice(0, -1) ?? "?")).toBe(true);
      }
      expect(countLineEnds(bytes)).toBe(text.split("\n").length - 1);
      for (const [index, line] of lines.entries()) {
        const rest = bytes.subarray(startOfLine(bytes, index)).toString("utf8");
        expect(rest.startsWith(line)).toBe(true);
        expect(rest.length).toBe(lines.slice(index).join("\n").length + (text.endsWith("\n") ? 1 : 0));
      }
      expect(startOfLine(bytes, lines.length + 1)).toBe(bytes.length);
    }),
  );
});
