import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Output } from "../nbformat/notebook.ts";
import { OutputRef } from "../util/ids.ts";
import { FACE_LIMIT_BYTES, isSmall, logFace, STORED, storedOf, valueFace } from "./output-face.ts";

const ref = OutputRef.create();
const sizeOf = (output: Output): number => Buffer.byteLength(JSON.stringify(output));

describe("the face of a value", () => {
  const image: Output = {
    output_type: "display_data",
    data: { "image/png": "iVBO".repeat(10_000), "text/plain": "<Figure size 640x480>" },
    metadata: { "image/png": { width: 640 } },
  };

  test("has its text, its small metadata, and which forms there are", () => {
    const face = valueFace(image, { ref, seq: 7, bytes: 40_100 });
    expect(face).toEqual({
      output_type: "display_data",
      data: { "text/plain": "<Figure size 640x480>" },
      metadata: { "image/png": { width: 640 } },
      [STORED]: {
        kind: "value",
        ref,
        seq: 7,
        bytes: 40_100,
        forms: { "image/png": 40_002, "text/plain": 23 },
      },
    });
    expect(storedOf(face)).toMatchObject({ ref, seq: 7 });
  });

  test("of an error has the end of its traceback", () => {
    const traceback = Array.from({ length: 200 }, (_, index) => `frame ${index}`);
    const face = valueFace(
      { output_type: "error", ename: "E", evalue: "x".repeat(9_000), traceback },
      { ref, seq: 1, bytes: 9_999 },
    );
    expect(face).toMatchObject({ ename: "E", evalue: `${"x".repeat(300)}…` });
    expect((face as { traceback: string[] }).traceback.at(-1)).toBe("frame 199");
  });
});

describe("the face of a log", () => {
  test("shows its first and last lines and how many are between", () => {
    const first = Array.from({ length: 100 }, (_, index) => `${index}\n`).join("");
    const last = Array.from({ length: 100 }, (_, index) => `${index + 900}\n`).join("");
    const face = logFace({ name: "stdout", ref, seq: 3, bytes: 3_890, lines: 1_000, first, last });
    const lines = face.text.split("\n");
    expect(lines.slice(0, 3)).toEqual(["0", "1", "2"]);
    expect(lines[10]).toBe("[… 970 more lines …]");
    expect(lines.slice(-3)).toEqual(["998", "999", ""]);
    expect(storedOf(face)).toMatchObject({ kind: "log", lines: 1_000, head: 10, tail: 20 });
  });
});

test("what a file holds under that name by chance is no face", () => {
  const made = (field: unknown): Output => ({
    output_type: "stream",
    name: "stdout",
    text: "",
    [STORED]: field,
  });
  for (const field of [
    undefined,
    null,
    1,
    "x",
    {},
    { kind: "log", ref: "../../etc" },
    { kind: "value", ref, seq: "1" },
  ])
    expect(storedOf(made(field))).toBeNull();
});

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 50 }),
  fc.string({ maxLength: 5_000 }),
  fc.constant("a long line ".repeat(2_000)),
  fc.array(fc.string({ unit: "grapheme", maxLength: 30 }), { maxLength: 300 }).map((all) => all.join("\n")),
);
const value = fc.oneof(
  fc.record({
    output_type: fc.constant("display_data" as const),
    data: fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(
        text,
        fc.json().map((json) => JSON.parse(json)),
      ),
    ),
    metadata: fc.dictionary(fc.string(), text),
  }),
  fc.record({
    output_type: fc.constant("error" as const),
    ename: text,
    evalue: text,
    traceback: fc.array(text, { maxLength: 20 }),
  }),
);

test("a face is small, whatever it is of", () => {
  fc.assert(
    fc.property(value, (output) => {
      const face = valueFace(output, { ref, seq: 1, bytes: 1 });
      // Letters of four bytes, quotes and controls make more of a text than it has characters.
      expect(sizeOf(face)).toBeLessThan(6 * FACE_LIMIT_BYTES);
      expect(storedOf(face)).not.toBeNull();
    }),
  );
  fc.assert(
    fc.property(text, text, (first, last) => {
      const face = logFace({ name: "stdout", ref, seq: 1, bytes: 10_000, lines: 10_000, first, last });
      expect(sizeOf(face)).toBeLessThan(6 * FACE_LIMIT_BYTES);
    }),
  );
});

test("small is what is about so many bytes", () => {
  fc.assert(
    fc.property(value, (output) => {
      const bytes = sizeOf(output);
      if (isSmall(output)) expect(bytes).toBeLessThan(6 * FACE_LIMIT_BYTES);
      else expect(bytes).toBeGreaterThan(FACE_LIMIT_BYTES / 2);
    }),
  );
});
