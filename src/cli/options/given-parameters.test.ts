import { describe, expect, test } from "vitest";
import { gatherParameters, type ParameterSources, papermillValue } from "./given-parameters.ts";

const none: ParameterSources = { injected: {}, base64: [], files: [], yaml: [], pairs: [], rawPairs: [] };
const noFile = (path: string): string => {
  throw new Error(`ENOENT ${path}`);
};

describe("the sources of parameters", () => {
  test("come in papermill's order, and a later one keeps the place of the first", () => {
    const given = gatherParameters(
      {
        injected: { PAPERMILL_INPUT_PATH: "in.ipynb" },
        base64: [Buffer.from("a: 1\nb: 1").toString("base64")],
        files: ["params.yaml"],
        yaml: ["c: 3", "d: 3"],
        pairs: [["d", "4"]],
        rawPairs: [["a", "5"]],
      },
      () => "b: 2\nc: 2",
    );
    expect([...given]).toEqual([
      ["PAPERMILL_INPUT_PATH", { from: "value", value: "in.ipynb" }],
      ["a", { from: "raw", text: "5" }],
      ["b", { from: "value", value: 2 }],
      ["c", { from: "value", value: 3 }],
      ["d", { from: "text", text: "4" }],
    ]);
  });

  test("a file that cannot be read is named", () => {
    expect(() => gatherParameters({ ...none, files: ["gone.yaml"] }, noFile)).toThrow(/gone\.yaml/);
  });

  test("broken base64 is refused", () => {
    expect(() => gatherParameters({ ...none, base64: ["!!"] }, noFile)).toThrow(/base64/);
  });

  test("a YAML list is refused with what was expected", () => {
    expect(() => gatherParameters({ ...none, yaml: ["[1, 2]"] }, noFile)).toThrow(/names and values.*a list/);
  });
});

describe("a -p text without a declared type", () => {
  test.each([
    ["True", true],
    ["true", "true"],
    ["False", false],
    ["None", null],
    ["007", 7],
    ["-5", -5],
    ["1_000", 1000],
    ["1__0", "1__0"],
    [" 3 ", 3],
    ["0.05", 0.05],
    ["1e-3", 0.001],
    [".5", 0.5],
    ["5.", 5],
    ["1.2.3", "1.2.3"],
    ["0x10", "0x10"],
    ["", ""],
    ["12345678901234567890", "12345678901234567890"],
  ])("%j is %j", (text, value) => expect(papermillValue(text)).toBe(value));
});
