import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffSequence } from "./diff-sequence.ts";
import { linesOf, mergeText, wordsOf } from "./merge-text.ts";

const merged = (base: string, mine: string, theirs: string): string => {
  const { text, isConflict } = mergeText(base, mine, theirs);
  return isConflict ? `conflict: ${text}` : text;
};

describe("merging a text", () => {
  test("takes changes of different lines from both", () => {
    expect(merged("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n")).toBe("A\nb\nc\nD\n");
  });

  test("takes changes of neighbouring lines, and of different words of one line, from both", () => {
    expect(merged("lr = 1\nepochs = 2", "lr = 3\nepochs = 2", "lr = 1\nepochs = 4")).toBe(
      "lr = 3\nepochs = 4",
    );
    expect(merged("fit(x, y)", "fit(a, y)", "fit(x, b)")).toBe("fit(a, b)");
  });

  test("never makes a number out of two", () => {
    expect(merged("lr = 0.1", "lr = 0.5", "lr = 0.01")).toBe("conflict: lr = 0.5");
  });

  test("keeps what both wrote at one place apart as a conflict, and merges the rest", () => {
    expect(merged("a\nb\nc\nd\n", "a\nmine\nc\nd\n", "a\ntheirs\nc\nd\nmore\n")).toBe(
      "conflict: a\nmine\nc\nd\nmore\n",
    );
    expect(merged("a\n", "a\nmine\n", "a\ntheirs\n")).toBe("conflict: a\nmine\n");
  });

  test("one change made by both is made once", () => {
    expect(merged("a\nb\n", "a\nb\nnew\n", "a\nb\nnew\n")).toBe("a\nb\nnew\n");
  });
});

const text = fc
  .array(fc.constantFrom("a", "b", "lr = 0.1", "\n", "\n", " ", "😀", "print(x)"), { maxLength: 30 })
  .map((parts) => parts.join(""));

describe("for all texts", () => {
  test("lines and words give the text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        expect(linesOf(any).join("")).toBe(any);
        expect(wordsOf(any).join("")).toBe(any);
      }),
    );
  });

  test("a difference turns one into the other, and its hunks do not touch", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "c")),
        fc.array(fc.constantFrom("a", "b", "c")),
        (a, b) => {
          const made: string[] = [];
          let from = 0;
          let lastEnd = -1;
          for (const hunk of diffSequence(a, b)) {
            expect(hunk.aStart).toBeGreaterThan(lastEnd);
            made.push(...a.slice(from, hunk.aStart), ...b.slice(hunk.bStart, hunk.bEnd));
            from = hunk.aEnd;
            lastEnd = hunk.aEnd;
          }
          expect([...made, ...a.slice(from)]).toEqual(b);
        },
      ),
    );
  });

  test("who changed nothing has no say; the same change twice is one", () => {
    fc.assert(
      fc.property(text, text, (base, x) => {
        expect(mergeText(base, base, x)).toEqual({ text: x, isConflict: false });
        expect(mergeText(base, x, base)).toEqual({ text: x, isConflict: false });
        expect(mergeText(base, x, x)).toEqual({ text: x, isConflict: false });
      }),
    );
  });

  test("without a conflict it does not matter who is who", () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const one = mergeText(base, mine, theirs);
        const other = mergeText(base, theirs, mine);
        expect(other.isConflict).toBe(one.isConflict);
        if (!one.isConflict) expect(other.text).toBe(one.text);
      }),
    );
  });
});

test("very different texts cost a bounded amount of work", () => {
  const a = Array.from({ length: 5_000 }, (_, index) => `a${index}`);
  const b = a.flatMap((word, index) => (index % 2 === 0 ? [word, `b${index}`] : [`c${index}`]));
  const startMs = performance.now();
  const hunks = diffSequence(a, b);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  expect(hunks.length).toBeGreaterThan(2_000);
});
