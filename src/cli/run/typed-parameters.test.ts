import { describe, expect, test } from "vitest";
import type { ParameterSpec } from "../../runs/parameters.ts";
import { CellId } from "../../util/ids.ts";
import type { GivenParameter } from "../options/given-parameters.ts";
import { typedParameters } from "./typed-parameters.ts";

const spec = (
  name: string,
  type: ParameterSpec["type"],
  declaredType: string | null = null,
): ParameterSpec => ({
  name,
  type,
  declaredType,
  defaultValue: undefined,
  defaultSource: "",
  help: null,
  range: null,
  choices: null,
  cellId: CellId.of("c"),
});
const specs = [spec("lr", "float"), spec("code", "str"), spec("epochs", "int", "int")];
const given = (entries: Record<string, GivenParameter>) => new Map(Object.entries(entries));
const text = (value: string): GivenParameter => ({ from: "text", text: value });

describe("typed parameters", () => {
  test("a declared type decides: 007 for a text stays text", () => {
    expect(
      typedParameters(given({ code: text("007"), lr: text("1e-3"), epochs: text("5") }), specs, false),
    ).toEqual({
      code: "007",
      lr: 0.001,
      epochs: 5,
    });
  });
  test("their order is the command line's", () => {
    expect(Object.keys(typedParameters(given({ epochs: text("5"), code: text("x") }), specs, false))).toEqual(
      ["epochs", "code"],
    );
  });
  test("without a declaration papermill's rules hold", () => {
    expect(
      typedParameters(given({ x: text("007"), y: text("True"), z: { from: "raw", text: "7" } }), [], true),
    ).toEqual({ x: 7, y: true, z: "7" });
  });
  test("a text from YAML is read as the declared number, and stays a text elsewhere", () => {
    const yaml = (value: string): GivenParameter => ({ from: "value", value });
    expect(typedParameters(given({ lr: yaml("1e-3"), code: yaml("1e-3") }), specs, false)).toEqual({
      lr: 0.001,
      code: "1e-3",
    });
  });
  test("an unknown name is an error with the nearest, exit code 2", () => {
    const wrong = () => typedParameters(given({ epoch: text("5") }), specs, false);
    expect(wrong).toThrow(/epochs/);
    expect(wrong).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
  test("a wrong type is an error", () => {
    expect(() => typedParameters(given({ epochs: text("many") }), specs, false)).toThrow(/whole number/);
  });
});
