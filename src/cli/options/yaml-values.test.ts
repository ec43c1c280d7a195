import { expect, test } from "vitest";
import { parseYamlParameters } from "./yaml-values.ts";

test.each([
  ["a: yes", { a: true }],
  ["a: off", { a: false }],
  ["y: n", { y: "n" }],
  ["a: 010", { a: 8 }],
  ["a: 08", { a: "08" }],
  ["a: -12", { a: -12 }],
  ["a: 0o10", { a: "0o10" }],
  ["a: 0x1F", { a: 31 }],
  ["a: 1_000", { a: 1000 }],
  ["a: 1:30", { a: 90 }],
  ["a: 1e-3", { a: "1e-3" }],
  ["a: 1.0e-3", { a: 0.001 }],
  ["a: 1.5e3", { a: "1.5e3" }],
  ["a: .5", { a: 0.5 }],
  ["a: ~", { a: null }],
  ["a: 2026-11-24", { a: "2026-11-24" }],
  ["a: 2026-11-24 10:00:00", { a: "2026-11-24 10:00:00" }],
  ["a: '007'", { a: "007" }],
  ["a: !!set {x, y}", { a: ["x", "y"] }],
  ["base: &b {x: 1}\na: {<<: *b, y: 2}", { base: { x: 1 }, a: { x: 1, y: 2 } }],
  ['{"layers": [64, 32]}', { layers: [64, 32] }],
  ["1: one", { "1": "one" }],
  ["", {}],
  ["# only a comment", {}],
])("%j is read as PyYAML reads it", (text, expected) => {
  expect(parseYamlParameters(text, "-y")).toEqual(expected);
});

test("an error names the origin in one line", () => {
  expect(() => parseYamlParameters("a: [1", "params.yaml")).toThrow(
    /^params\.yaml is not valid YAML: [^\n]+$/,
  );
});

test("aliases cannot blow up", () => {
  const bomb = ["a: &a [1,1,1,1,1,1,1,1,1,1]"];
  for (let i = 1; i < 9; i++) {
    const before = String.fromCharCode(96 + i);
    const now = String.fromCharCode(97 + i);
    bomb.push(`${now}: &${now} [${Array(10).fill(`*${before}`).join(",")}]`);
  }
  expect(() => parseYamlParameters(bomb.join("\n"), "-y")).toThrow(/not valid YAML/);
});
