/** Outputs by reference, whole: a real kernel, the store, the live notebook, its clients and its file. */
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storedOf } from "../../src/document/output-face.ts";
import { encodeResults } from "../../src/document/results-record.ts";
import type { Output } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { ana, aRunBench, type Cells, notebookFrom, type RunBench } from "./run-support.ts";
import { waitFor } from "./server/wait-for.ts";

let bench: RunBench;
beforeEach(async () => {
  bench = await aRunBench();
});
afterEach(() => bench.close());

const MILLION = `import sys
for i in range(0, 1000000, 10000):
    sys.stdout.write("".join(f"line {j} {'x' * 80}\\n" for j in range(i, i + 10000)))`;

async function open(cells: Cells): Promise<{ session: NotebookSession; path: string }> {
  const path = join(bench.folder, "live.ipynb");
  await writeFile(path, serialiseNotebook(notebookFrom(cells)));
  const session = await bench.host.openNotebook(path);
  session.keep();
  await session.startKernel();
  return { session, path };
}

async function execute(session: NotebookSession, id: string): Promise<void> {
  const cellId = CellId.of(id);
  const source = session.live.cell(cellId)?.source ?? "";
  const ticket = session.execute({
    executionId: ExecutionId.create(),
    cellId,
    sourceHash: sourceHash(source),
    by: ana,
  });
  if (!ticket.accepted) throw new Error(ticket.message);
  await ticket.outcome;
}

const outputsOf = (session: NotebookSession, id: string): readonly Output[] =>
  session.live.cell(CellId.of(id))?.outputs ?? [];
const inFile = (path: string, id: string): readonly Output[] => {
  const cell = parseNotebook(readFileSync(path), path).notebook.cells.find((one) => one.id === id);
  return cell?.cell_type === "code" ? cell.outputs : [];
};
const storeFiles = (session: NotebookSession): string[] => {
  try {
    return readdirSync(join(bench.state, "rooms", session.id, "outputs"));
  } catch {
    return [];
  }
};

test("a million lines into one cell: the notebook stays small, the file has their ends, the store all of them", async () => {
  const { session, path } = await open({ log: MILLION });
  const before = process.memoryUsage().rss;
  await execute(session, "log");
  const outputs = outputsOf(session, "log");
  expect(outputs).toHaveLength(1);
  expect(encodeResults(session.live.results).length).toBeLessThan(10_000);
  const stored = storedOf(outputs[0] as Output);
  if (stored?.kind !== "log") throw new Error("no face");
  expect(stored.lines).toBe(1_000_000);
  const store = session.outputs?.store;
  expect(await store?.lines(stored.ref, 765_432, 765_433)).toEqual([`line 765432 ${"x".repeat(80)}`]);
  await session.save();
  const text = readFileSync(path, "utf8");
  expect(text.length).toBeLessThan(1_500_000);
  expect(text).not.toContain("loopbook_stored");
  const [inTheFile] = inFile(path, "log");
  if (inTheFile?.output_type !== "stream") throw new Error("no stream");
  const lines = inTheFile.text.trimEnd().split("\n");
  expect([lines[0], lines.at(-1)]).toEqual([`line 0 ${"x".repeat(80)}`, `line 999999 ${"x".repeat(80)}`]);
  expect(lines.filter((line) => line.startsWith("[Loopbook: "))).toEqual([
    expect.stringMatching(/^\[Loopbook: 990,000 lines \(\d+ MB\) left out here\./),
  ]);
  // 90 MB went through here.
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
}, 120_000);

test("it is all there when the notebook is opened again, and gone when the cell is run again", async () => {
  const { session, path } = await open({ log: MILLION.replaceAll("1000000", "30000") });
  await execute(session, "log");
  await bench.host.closeNotebook(session.id);
  const again = await bench.host.openNotebook(path);
  expect(again.id).toBe(session.id);
  const stored = storedOf(outputsOf(again, "log")[0] as Output);
  if (stored?.kind !== "log") throw new Error("no face");
  expect(await again.outputs?.store.lines(stored.ref, 29_999, 40_000)).toEqual([
    `line 29999 ${"x".repeat(80)}`,
  ]);
  again.live.write([{ type: "clear-outputs", id: CellId.of("log") }], { type: "run", label: "test" });
  await bench.host.closeNotebook(again.id);
  expect(storeFiles(session)).toEqual([]);
}, 60_000);

test("a chart that is redrawn a thousand times leaves the notebook as it was, and the file has the last one whole", async () => {
  const { session, path } = await open({
    chart: `from IPython.display import display, HTML
shown = display(HTML("x"), display_id=True)
for i in range(1000): shown.update(HTML(f"<p>{i}</p>" + "y" * 5000))`,
  });
  await execute(session, "chart");
  expect(encodeResults(session.live.results).length).toBeLessThan(10_000);
  await session.save();
  expect(inFile(path, "chart")).toMatchObject([{ data: { "text/html": `<p>999</p>${"y".repeat(5_000)}` } }]);
  const size = storeFiles(session).length;
  expect(size).toBeLessThan(5);
}, 60_000);

test("a run without anybody looking leaves nothing in the store but what its file does not have", async () => {
  const small = await bench.start({
    a: `print("x" * 10_000)`,
    b: `from IPython.display import HTML\nHTML("z" * 9_000)`,
  });
  await small.ended();
  expect((await small.written()).cells).toMatchObject([
    { outputs: [{ text: `${"x".repeat(10_000)}\n` }] },
    { outputs: [{ data: { "text/html": "z".repeat(9_000) } }] },
  ]);
  const long = await bench.start({ log: MILLION.replaceAll("1000000", "30000") });
  await long.ended();
  await bench.host.closeNotebook(small.run.session.id);
  expect(storeFiles(small.run.session)).toEqual([]);
  await bench.host.closeNotebook(long.run.session.id);
  expect(storeFiles(long.run.session).length).toBeGreaterThan(0);
  const again = await bench.host.openNotebook(long.output);
  expect(storedOf(outputsOf(again, "log")[0] as Output)).toMatchObject({ kind: "log", lines: 30_000 });
}, 60_000);

test("big outputs that a file came with are faces while it is live, and its bytes stay as they were", async () => {
  const path = join(bench.folder, "old.ipynb");
  const notebook = notebookFrom({ a: "1", b: "2" });
  const [a] = notebook.cells;
  if (a?.cell_type !== "code") throw new Error("no code");
  const long = Array.from({ length: 20_000 }, (_, index) => `old ${index}\n`).join("");
  a.outputs = [
    { output_type: "stream", name: "stdout", text: long },
    { output_type: "display_data", data: { "text/html": "w".repeat(50_000) }, metadata: {} },
  ];
  await writeFile(path, serialiseNotebook(notebook));
  const bytes = readFileSync(path);
  const session = await bench.host.openNotebook(path);
  session.keep();
  expect(outputsOf(session, "a").map((output) => storedOf(output)?.kind)).toEqual(["log", "value"]);
  expect(encodeResults(session.live.results).length).toBeLessThan(10_000);
  await session.save();
  expect(readFileSync(path).equals(bytes)).toBe(true);
  session.live.apply(
    { type: "set-source", id: CellId.of("b"), source: "3" },
    { type: "person", label: "ana" },
  );
  await session.save();
  expect(inFile(path, "a")).toEqual(a.outputs);
  // Another program changes the source only: the outputs are nobody's change.
  const outside = parseNotebook(readFileSync(path), path).notebook;
  const [first] = outside.cells;
  if (first) first.source = "11";
  await writeFile(path, serialiseNotebook(outside));
  await waitFor("the change", () => session.live.cell(CellId.of("a"))?.source === "11", 10_000);
  expect(outputsOf(session, "a").map((output) => storedOf(output)?.kind)).toEqual(["log", "value"]);
  // What it changes is taken, and is a face soon.
  const next = parseNotebook(readFileSync(path), path).notebook;
  const table: Output = {
    output_type: "display_data",
    data: { "text/html": "new".repeat(20_000) },
    metadata: {},
  };
  if (next.cells[0]?.cell_type === "code") next.cells[0].outputs = [table];
  await writeFile(path, serialiseNotebook(next));
  await waitFor(
    "the new face",
    () =>
      outputsOf(session, "a").length === 1 &&
      storedOf(outputsOf(session, "a")[0] as Output)?.kind === "value",
    10_000,
  );
  expect(await session.outputs?.whole(outputsOf(session, "a"))).toEqual([table]);
}, 60_000);
