import { describe, expect, test } from "vitest";
import type { LiveNotebook } from "../../document/live-notebook.ts";
import { createLiveNotebook } from "../../document/yjs-notebook.ts";
import type { Cell, JsonObject, JsonValue } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { inferParameters } from "./infer.ts";
import { injectionEdits, startingValues } from "./inject.ts";

/** `p:lr = 1` is a parameters cell, `i:…` an injected one, else a plain one. */
function notebook(...sources: readonly string[]): LiveNotebook {
  const tag: Record<string, string> = { p: "parameters", i: "injected-parameters" };
  const cells = sources.map((text, index): Cell => {
    const kind = tag[/^([pi]):/.exec(text)?.[1] ?? ""];
    const metadata: JsonObject = kind === undefined ? {} : { tags: [kind] };
    const source = kind === undefined ? text : text.slice(2);
    return { id: `c${index}`, cell_type: "code", metadata, source, execution_count: null, outputs: [] };
  });
  return createLiveNotebook({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

function inject(live: LiveNotebook, values: Record<string, JsonValue>): string[] {
  const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
  const kernel = { kernelName: "python3", language: "python" };
  const specs = inferParameters(cells, kernel);
  let count = 0;
  const options = {
    values,
    specs,
    ...kernel,
    reportMode: false,
    newCellId: () => CellId.of(`new${count++}`),
  };
  expect(live.applyAll(injectionEdits(live, options), { type: "run", label: "test" })).toEqual({ ok: true });
  return live.cellIds().map((id) => live.cell(id)?.source ?? "");
}

describe("values go", () => {
  test("behind the parameters cell", () => {
    const live = notebook("x", "p:lr = 1", "y");
    expect(inject(live, { lr: 2 })).toEqual(["x", "lr = 1", "# Parameters\nlr = 2\n", "y"]);
    expect(live.cell(CellId.of("new0"))?.metadata).toEqual({ tags: ["injected-parameters"] });
  });

  test("in the place of an earlier injected cell", () => {
    expect(inject(notebook("p:lr = 1", "x", "i:lr = 5", "y"), { lr: 2 })).toEqual([
      "lr = 1",
      "x",
      "# Parameters\nlr = 2\n",
      "y",
    ]);
    expect(inject(notebook("i:lr = 5", "y"), { lr: 2 })).toEqual(["# Parameters\nlr = 2\n", "y"]);
  });

  test("to the top where nothing declares them", () => {
    expect(inject(notebook("x"), { lr: 2 })).toEqual(["# Parameters\nlr = 2\n", "x"]);
  });

  test("nowhere when there are none", () => {
    expect(inject(notebook("p:lr = 1"), {})).toEqual(["lr = 1"]);
  });

  test("behind each of several parameters cells, so that none sets them back", () => {
    const cells = ["p:a = 1\nb = 1", "x", "p:c = 1", "y"];
    const once = inject(notebook(...cells), { c: 3, a: 2, other: 9 });
    expect(once).toEqual([
      "a = 1\nb = 1",
      "# Parameters\na = 2\nother = 9\n",
      "x",
      "c = 1",
      "# Parameters\nc = 3\n",
      "y",
    ]);
    // And again over its own output.
    expect(inject(notebook("p:a = 1", "i:a = 2", "p:c = 1", "i:c = 3"), { a: 4 })).toEqual([
      "a = 1",
      "# Parameters\na = 4\n",
      "c = 1",
    ]);
  });
});

test("what is in force at the start: defaults, under an injected cell that stays, under what is passed", () => {
  const live = notebook("p:a = 1\nb = 2\nc = f()", "i:b = 3");
  const cells = live.cellIds().flatMap((id) => live.cell(id) ?? []);
  const kernel = { kernelName: null, language: "python" };
  const options = { specs: inferParameters(cells, kernel), ...kernel, reportMode: false };
  expect(startingValues(live, { ...options, values: {} })).toEqual({ a: 1, b: 3 });
  expect(startingValues(live, { ...options, values: { a: 9 } })).toEqual({ a: 9, b: 2 });
});
