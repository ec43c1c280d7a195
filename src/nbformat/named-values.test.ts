import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LiteralLanguage } from "./literals.ts";
import { parseLiteral } from "./literals.ts";
import {
  getSourceValue,
  getValue,
  locateValue,
  setSourceValue,
  setValue,
  valueNames,
} from "./named-values.ts";
import type { Cell, Notebook } from "./notebook.ts";

const code = (source: string, metadata: Cell["metadata"] = {}, id?: string): Cell => ({
  cell_type: "code",
  ...(id === undefined ? {} : { id }),
  metadata,
  source,
  execution_count: 3,
  outputs: [{ output_type: "stream", name: "stdout", text: "kept\n" }],
});
const notebookOf = (cells: Cell[], metadata: Notebook["metadata"] = {}, minor = 5): Notebook => ({
  nbformat: 4,
  nbformat_minor: minor,
  metadata,
  cells,
});
const PARAMETERS = `# Hyperparameters
lr: float = 0.1  # learning rate, 0.0001 … 1
layers = [64, 32]
optimiser = 'adam'  # one of: adam, sgd
epochs = base * 2
note = """several
lines"""; seed = 1
if epochs > 3:
    lr = 99
def f(x=1):
    y = 2
print(lr == 0.1)
lr2 = lr1 = 5`;

describe("a value in a source", () => {
  it("is replaced alone", () => {
    const set = (name: string, value: Parameters<typeof setSourceValue>[2]) => {
      const change = setSourceValue(PARAMETERS, name, value, "python");
      return change.ok ? change.source : change.reason;
    };
    expect(set("lr", 0.05)).toBe(PARAMETERS.replace("0.1  #", "0.05  #"));
    expect(set("layers", [8])).toBe(PARAMETERS.replace("[64, 32]", "[8]"));
    expect(set("optimiser", "it's")).toBe(PARAMETERS.replace("'adam'  #", String.raw`'it\'s'  #`));
    expect(set("seed", 2)).toBe(PARAMETERS.replace("seed = 1", "seed = 2"));
    expect(set("note", "x")).toBe(PARAMETERS.replace('"""several\nlines"""', '"x"'));
    expect(set("epochs", 2)).toBe("not-a-literal");
    expect(set("y", 2)).toBe("no-such-name");
  });

  it("may replace what is computed, when asked", () => {
    expect(setSourceValue("n = a + 1  # c", "n", 2, "python", { replaceExpression: true })).toEqual({
      ok: true,
      source: "n = 2  # c",
      previous: undefined,
    });
    expect(
      setSourceValue("n = a + 1", "n", 2, "python", { replaceExpression: true, expected: 1 }),
    ).toMatchObject({ ok: false });
  });

  it("is what the next reading gives, and the rest stays, in every language", () => {
    const sources: Record<LiteralLanguage, string> = {
      python: "a = 1\nlr: float = 0.1  # rate\nb = 2",
      r: "a <- 1\nlr <- 0.1  # rate\nb <- 2",
      julia: "a = 1\nlr = 0.1  # rate\nb = 2",
      scala: "val a = 1\nval lr = 0.1  // rate\nval b = 2",
      bash: "a=1\nlr=0.1  # rate\nb=2",
      javascript: "const a = 1;\nconst lr = 0.1;  // rate\nconst b = 2;",
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(sources) as LiteralLanguage[])),
        fc.oneof(
          fc.integer(),
          fc.boolean(),
          fc.string({ unit: "grapheme" }),
          fc.array(fc.integer(), { minLength: 1 }),
        ),
        (language, value) => {
          const source = sources[language];
          const change = setSourceValue(source, "lr", value, language);
          if (!change.ok) throw new Error(change.detail);
          expect(getSourceValue(change.source, "lr", language)).toMatchObject({ ok: true, value });
          expect(change.source.startsWith(source.slice(0, source.indexOf("0.1")))).toBe(true);
          expect(change.source.endsWith(source.slice(source.indexOf("0.1") + 3))).toBe(true);
        },
      ),
    );
  });
});

describe("a notebook's values", () => {
  const notebook = notebookOf([
    code("# imports"),
    code(PARAMETERS, { tags: ["parameters", "first"] }, "p"),
    code("threshold = 0.5\n", { name: "threshold" }, "t"),
    code("[1, 2]", { tags: ["weights"] }, "w"),
    { cell_type: "markdown", metadata: { name: "summary" }, source: "All *well*.", id: "m" },
    code("other = 1", {}, "o"),
  ]);

  it("are found by cell name, parameter and tag, in this order", () => {
    expect(locateValue(notebook, "threshold")).toEqual({ cellIndex: 2, by: "cell-name" });
    expect(locateValue(notebook, "lr")).toEqual({ cellIndex: 1, by: "variable" });
    expect(locateValue(notebook, "weights")).toEqual({ cellIndex: 3, by: "tag" });
    expect(locateValue(notebook, "other")).toBeUndefined();
    expect(valueNames(notebook)).toEqual([
      "lr",
      "layers",
      "optimiser",
      "epochs",
      "note",
      "seed",
      "lr2",
      "threshold",
      "summary",
    ]);
  });

  it("are read without evaluating", () => {
    expect(getValue(notebook, "threshold")).toMatchObject({ ok: true, value: 0.5 });
    expect(getValue(notebook, "layers")).toMatchObject({ ok: true, value: [64, 32] });
    expect(getValue(notebook, "weights")).toMatchObject({ ok: true, value: [1, 2] });
    expect(getValue(notebook, "summary")).toMatchObject({ ok: true, value: "All *well*." });
    expect(getValue(notebook, "epochs")).toMatchObject({
      ok: false,
      reason: "not-a-literal",
      message:
        'The value of epochs cannot be read: epochs is "base * 2", which is not a plain value: base is a name, not a value.',
    });
    expect(getValue(notebook, "lrr")).toMatchObject({
      ok: false,
      reason: "no-such-name",
      message:
        "There is no value called lrr. There are: lr, layers, optimiser, epochs, note, seed, lr2, threshold, summary.",
    });
    expect(getValue(notebook, "first")).toMatchObject({ ok: false, reason: "ambiguous" });
    expect(getValue(notebookOf([]), "x")).toMatchObject({
      message: 'There is no value called x: no cell is named, and none is tagged "parameters".',
    });
  });

  it("are written with id, tags, outputs and all other cells kept", () => {
    const changed = setValue(notebook, "lr", 0.05);
    if (!changed.ok) throw new Error(changed.message);
    expect(changed.previous).toBe(0.1);
    expect(changed.cell).toEqual({ ...notebook.cells[1], source: PARAMETERS.replace("0.1  #", "0.05  #") });
    expect(changed.notebook.cells.map((cell, index) => cell === notebook.cells[index])).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(getValue(notebook, "lr")).toMatchObject({ value: 0.1 });
  });

  it("are compared before they are set, when asked", () => {
    expect(setValue(notebook, "lr", 0.05, { expected: 0.1 })).toMatchObject({ ok: true });
    expect(setValue(notebook, "lr", 0.05, { expected: 0.2 })).toEqual({
      ok: false,
      reason: "changed",
      message: "lr was not set: its value is 0.1, not the expected one.",
      actual: 0.1,
    });
    expect(setValue(notebook, "summary", "x", { expected: "y" })).toMatchObject({
      ok: false,
      reason: "changed",
      actual: "All *well*.",
    });
    expect(setValue(notebook, "new", 1, { expected: 1, create: true })).toMatchObject({
      ok: false,
      reason: "no-such-name",
    });
  });

  it("that are what they shall be change nothing", () => {
    const changed = setValue(notebook, "lr", 0.1);
    expect(changed.ok && changed.notebook === notebook).toBe(true);
  });

  it("get a cell of their own, when asked", () => {
    expect(setValue(notebook, "new", 1)).toMatchObject({ ok: false, reason: "no-such-name" });
    const changed = setValue(notebook, "new", { a: [true, null] }, { create: true });
    if (!changed.ok) throw new Error(changed.message);
    expect(changed.isNewCell).toBe(true);
    expect(changed.cell).toEqual({
      cell_type: "code",
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      metadata: { name: "new" },
      source: 'new = {"a": [True, None]}',
      execution_count: null,
      outputs: [],
    });
    expect(getValue(changed.notebook, "new")).toMatchObject({ ok: true, value: { a: [true, null] } });
    expect(setValue(notebook, "not a name", 1, { create: true })).toMatchObject({
      ok: false,
      reason: "no-literal-for-value",
    });
    const old = setValue(notebookOf([], {}, 4), "x", 1, { create: true });
    expect(old.ok && "id" in old.cell).toBe(false);
  });

  it("of texts take texts only", () => {
    expect(setValue(notebook, "summary", "New.")).toMatchObject({ ok: true, cell: { source: "New." } });
    expect(setValue(notebook, "summary", 3)).toMatchObject({ ok: false, reason: "no-literal-for-value" });
  });

  it("are those of the injected cell where a run put one", () => {
    const run = notebookOf([
      code("lr = 0.1\nn = 1", { tags: ["parameters"] }),
      code("# Parameters\nlr = 0.7\n", { tags: ["injected-parameters"] }),
    ]);
    expect(getValue(run, "lr")).toMatchObject({ ok: true, value: 0.7 });
    expect(setValue(run, "lr", 0.8)).toMatchObject({ ok: true, place: { cellIndex: 1 } });
    expect(getValue(run, "n")).toMatchObject({ ok: true, value: 1 });
  });

  it("follow the notebook's language", () => {
    const r = notebookOf([code("lr <- 0.1", { tags: ["parameters"] })], { language_info: { name: "R" } });
    expect(setValue(r, "lr", 0.2)).toMatchObject({ ok: true, cell: { source: "lr <- 0.2" } });
    const unknown = notebookOf([code("lr = 0.1", { name: "lr" })], { language_info: { name: "cobol" } });
    expect(getValue(unknown, "lr")).toMatchObject({ ok: false, reason: "unknown-language" });
  });

  it("are read from what nbtransom wrote", () => {
    const pretty =
      "config = {'layers': [64, 32],\n 'name': 'a long text '\n         'in two pieces',\n 'rate': 0.1}";
    const old = notebookOf(
      [code(pretty, { name: "config" }), code("x = (1, 2)", { name: "other_name" })],
      {},
      2,
    );
    expect(getValue(old, "config")).toMatchObject({
      ok: true,
      value: { layers: [64, 32], name: "a long text in two pieces", rate: 0.1 },
    });
    expect(getValue(old, "other_name")).toMatchObject({ ok: true, value: [1, 2] });
    expect(setValue(old, "other_name", [3])).toMatchObject({ ok: true, cell: { source: "x = (3,)" } });
    expect(parseLiteral("python", pretty.slice("config = ".length))).toHaveProperty("rate", 0.1);
  });
});
