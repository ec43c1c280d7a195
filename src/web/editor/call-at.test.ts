import fc from "fast-check";
import { expect, test } from "vitest";
import { callAt, markArgument, signatureIn } from "./call-at.ts";

/** The cursor is at the bar. */
const at = (code: string) => callAt(code.replace("|", ""), code.indexOf("|"));

test("the innermost call around the cursor, and its argument", () => {
  expect(at("f(|")).toEqual({ open: 1, index: 0, keyword: null });
  expect(at("f(1, g(2), |")).toEqual({ open: 1, index: 2, keyword: null });
  expect(at("f(1, g(2, |")).toEqual({ open: 6, index: 1, keyword: null });
  expect(at("f([1, 2], {'a': (3, 4)}, |")).toEqual({ open: 1, index: 2, keyword: null });
  expect(at("f(1, name=|")).toEqual({ open: 1, index: 1, keyword: "name" });
  expect(at("f(a == |")?.keyword).toBeNull();
  expect(at("f('(, ', |")).toEqual({ open: 1, index: 1, keyword: null });
  expect(at("a[0](1,|")).toEqual({ open: 4, index: 1, keyword: null });
});

test("no call: a tuple, a definition, behind the last bracket", () => {
  expect([at("(1, |"), at("def f(a, |"), at("f(1)|"), at("x = [1, |"), at("|")]).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

test("whatever the code, the place is inside of what is found", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.nat(80), (code, place) => {
      const found = callAt(code, Math.min(place, code.length));
      expect(found === null || (code[found.open] === "(" && found.open < place)).toBe(true);
    }),
  );
});

test("the signature out of what the kernel tells", () => {
  expect(signatureIn("Signature: f(a, b=1)\nDocstring: <no docstring>\nFile: x.py")).toBe("f(a, b=1)");
  expect(signatureIn("Init signature:\nFrame(\n    data=None,\n    index=None,\n)\nDocstring: x")).toBe(
    "Frame( data=None, index=None, )",
  );
  expect(signatureIn("Type: int\nString form: 1")).toBeNull();
});

test("the argument that is being written is marked", () => {
  const signature = "f(a, b=(1, 2), *rest, c='x, y', **more) -> int";
  const marked = (index: number, keyword: string | null = null) =>
    markArgument(signature, { index, keyword })[1];
  expect([marked(0), marked(1), marked(2), marked(7)]).toEqual(["a", "b=(1, 2)", "*rest", "*rest"]);
  expect([marked(0, "c"), marked(0, "unknown")]).toEqual(["c='x, y'", "**more"]);
  expect(markArgument("f(a, /, *, b)", { index: 1, keyword: null })[1]).toBe("b");
  expect(markArgument("f()", { index: 0, keyword: null })).toEqual(["f()", "", ""]);
});
