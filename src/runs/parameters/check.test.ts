import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import type { ParameterSpec } from "../parameters.ts";
import { checkChange, fitText, fitValue, untypedText } from "./check.ts";
import { inferParameters } from "./infer.ts";
import { nearestName } from "./nearest-name.ts";

const cell = (source: string) => ({
  id: CellId.of("p"),
  cellType: "code" as const,
  source,
  metadata: { tags: ["parameters"] },
});

function specs(source: string, language = "python"): readonly ParameterSpec[] {
  return inferParameters([cell(source)], { kernelName: null, language });
}

function spec(line: string): ParameterSpec {
  const [first] = specs(line);
  if (first === undefined) throw new Error(`no parameter in ${line}`);
  return first;
}

describe("a text in the type of its parameter", () => {
  test.each<[string, string, JsonValue]>([
    ["name = 'x'", "007", "007"],
    ["name = 'x'", "True", "True"],
    ["name: str = None", "None", null],
    ["epochs = 3", "10", 10],
    ["epochs: int = 3", "1_000", 1000],
    ["lr = 1", "0.5", 0.5],
    ["lr = 0.1", "1e-3", 0.001],
    ["lr: float = 1", "2", 2],
    ["lr = 0.1", "inf", Number.POSITIVE_INFINITY],
    ["deep = False", "yes", true],
    ["deep = False", "True", true],
    ["layers = [1]", "[64, 32]", [64, 32]],
    ["layers = [1]", "(64, 32)", [64, 32]],
    ["layers = [1]", "[true, null]", [true, null]],
    ["options = {}", "{'a': None}", { a: null }],
    ["anything = None", "0.5", 0.5],
    ["anything = make()", "text", "text"],
    ["optimizer: Literal['adam', 'sgd'] = 'adam'", "sgd", "sgd"],
  ])("%s given %s", (line, text, value) => {
    expect(fitText(text, spec(line))).toEqual({ ok: true, value });
  });

  test.each([
    ["epochs = 3", "many", 'epochs takes a whole number, not "many".'],
    ["epochs: int = 3", "2.5", 'epochs takes a whole number, not "2.5".'],
    ["lr = 0.1", "fast", 'lr takes a number, not "fast".'],
    ["lr = 0.1", "0x", 'lr takes a number, not "0x".'],
    ["deep = False", "perhaps", 'deep takes true or false, not "perhaps".'],
    ["layers = [1]", "64", 'layers takes a list such as [64, 32], not "64".'],
    [
      "optimizer: Literal['adam', 'sgd'] = 'adam'",
      "adm",
      'optimizer is one of "adam", "sgd", not "adm". Did you mean "adam"?',
    ],
    ["lr = 0.1  # 0.0001 … 1, rate", "5", "lr lies between 0.0001 and 1, not at 5."],
    ["n = 1  # ≥ 1", "0", "n lies between 1 and ∞, not at 0."],
  ])("%s refuses %s", (line, text, message) => {
    expect(fitText(text, spec(line))).toEqual({ ok: false, message });
  });

  test.each<[string, JsonValue]>([
    ["True", true],
    ["None", null],
    ["3", 3],
    ["-3", -3],
    ["1_000", 1000],
    ["0.5", 0.5],
    ["1e5", 100000],
    ["true", "true"],
    ["3 apples", "3 apples"],
    // Past 2^53 a number would become another one.
    ["12345678901234567890", "12345678901234567890"],
  ])("without a declaration, %s is what papermill makes of it", (text, value) => {
    expect(untypedText(text)).toEqual(value);
  });
});

describe("a typed value", () => {
  test("fits, widens, or is refused", () => {
    expect(fitValue(7, spec("name = 'x'"))).toEqual({ ok: true, value: "7" });
    expect(fitValue(1, spec("lr = 0.1"))).toEqual({ ok: true, value: 1 });
    expect(fitValue(0.5, spec("lr = 1"))).toEqual({ ok: true, value: 0.5 });
    expect(fitValue(null, spec("n: int | None = 1"))).toEqual({ ok: true, value: null });
    expect(fitValue("3", spec("epochs = 3")).ok).toBe(false);
    expect(fitValue(0.5, spec("epochs: int = 3")).ok).toBe(false);
    expect(fitValue(null, spec("epochs = 3")).ok).toBe(false);
  });
});

describe("names", () => {
  const declared = specs("learning_rate = 0.1\nepochs = 3\n");

  test("an unknown one is refused with the nearest", () => {
    expect(checkChange(declared, { learning_rte: 1 }, false)).toEqual({
      ok: false,
      code: "no-such-parameter",
      message:
        "The notebook has no parameter learning_rte. Did you mean learning_rate? (--allow-unknown passes it anyway.)",
    });
    expect(checkChange(declared, { zzz: 1 }, false)).toMatchObject({
      message: expect.stringContaining("It has: learning_rate, epochs."),
    });
    expect(checkChange([], { x: 1 }, false)).toMatchObject({
      message: expect.stringContaining("no parameters"),
    });
  });

  test("an unknown one is passed where that is allowed, and papermill's paths always", () => {
    expect(checkChange(declared, { zzz: 1 }, true)).toEqual({ ok: true, values: { zzz: 1 } });
    expect(checkChange(declared, { PAPERMILL_INPUT_PATH: "a" }, false).ok).toBe(true);
  });

  test("one bad value refuses all", () => {
    expect(checkChange(declared, { learning_rate: 1, epochs: "x" }, false)).toMatchObject({ ok: false });
  });

  test("the nearest is near", () => {
    expect(nearestName("lr", ["lr", "epochs"])).toBe("lr");
    expect(nearestName("ephocs", ["lr", "epochs"])).toBe("epochs");
    expect(nearestName("learning", ["learning_rate"])).toBe("learning_rate");
    expect(nearestName("q", ["learning_rate", "epochs"])).toBeNull();
    expect(nearestName("q", [])).toBeNull();
  });
});
