import { describe, expect, test } from "vitest";
import { gatherParameters, type ParameterSources } from "./given-parameters.ts";

const none: ParameterSources = { base64: [], files: [], yaml: [], pairs: [], rawPairs: [] };
const noFile = (path: string): string => {
  throw new Error(`ENOENT ${path}`);
};

describe("the sources of parameters", () => {
  test("come in papermill's order, and a later one keeps the place of the first", async () => {
    const given = await gatherParameters(
      {
        base64: [Buffer.from("a: 1\nb: 1").toString("base64")],
        files: ["params.yaml"],
        yaml: ["c: 3", "d: 3"],
        pairs: [["d", "4"]],
        rawPairs: [["a", "5"]],
      },
      () => "b: 2\nc: 2",
    );
    expect([...given]).toEqual([
      ["a", { from: "raw", text: "5" }],
      ["b", { from: "value", value: 2 }],
      ["c", { from: "value", value: 3 }],
      ["d", { from: "text", text: "4" }],
    ]);
  });

  test("a file that cannot be read is named", async () => {
    await expect(gatherParameters({ ...none, files: ["gone.yaml"] }, noFile)).rejects.toThrow(/gone\.yaml/);
  });

  test("broken base64 is refused", async () => {
    await expect(gatherParameters({ ...none, base64: ["!!"] }, noFile)).rejects.toThrow(/base64/);
  });

  test("a YAML list is refused with what was expected", async () => {
    await expect(gatherParameters({ ...none, yaml: ["[1, 2]"] }, noFile)).rejects.toThrow(
      /names and values.*a list/,
    );
  });
});
