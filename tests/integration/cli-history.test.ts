/** The history in the terminal: of closed notebooks from the disk, of live ones through whoever has them open. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HistoryEntry, VersionView } from "../../src/api/history.ts";
import type { NotebookDiff } from "../../src/nbformat/merge/diff-notebooks.ts";
import { CliFolder } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const notebook = (...sources: string[]): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source, index) => ({
      ...{ id: `c${index}`, cell_type: "code", source, execution_count: null, outputs: [] },
      metadata: index === 0 ? { tags: ["parameters"] } : {},
    })),
  });
const sourcesIn = (name: string): string[] =>
  folder.read(name).cells.map(({ source }) => (Array.isArray(source) ? source.join("") : source));

test("a closed notebook: versions, what changed since, back again, and who did it", async () => {
  folder.write("a.ipynb", notebook("lr = 0.1\nn = 2", "train(lr)", "plot()"));
  const empty = await folder.run(["history", "a.ipynb"]);
  expect(empty).toMatchObject({ code: 0, stdout: "" });
  expect(empty.stderr).toContain("Nothing is recorded yet");
  const named = await folder.run(["version", "a.ipynb", "v1 submitted"]);
  expect(named).toMatchObject({ code: 0, stdout: "a.ipynb@v1 submitted: version #2, 3 cells\n" });

  await folder.run(["set", "a.ipynb", "lr=0.05"]);
  // git, or another editor, while nobody has it open.
  const now = JSON.parse(readFileSync(folder.file("a.ipynb"), "utf8"));
  writeFileSync(folder.file("a.ipynb"), JSON.stringify({ ...now, cells: now.cells.slice(0, 2) }));

  const diff = await folder.run(["diff", "a.ipynb@v1 submitted", "a.ipynb@now", "--exit-code"]);
  expect(diff.code).toBe(1);
  expect(diff.stdout).toContain("- lr = 0.1\n+ lr = 0.05\n");
  expect(diff.stdout).toContain("cell 3 removed (code, c2)");
  const same = await folder.run(["diff", "a.ipynb@now", "a.ipynb", "--exit-code", "--no-outputs"]);
  expect(same).toMatchObject({ code: 0, stdout: "" });

  const entries = await folder.json<HistoryEntry[]>(["history", "a.ipynb"]);
  expect(entries.map(({ author, cellId, acts }) => [author.kind, author.using, cellId, acts.join()])).toEqual(
    [
      ["file", "", "c2", "deleted"],
      ["person", "cli", "c0", "parameters"],
    ],
  );
  const cell = await folder.run(["history", "a.ipynb", "--cell", "1"]);
  expect(cell.stdout).toMatch(/^Last edited by Ana\/cli \d{4}-/);
  expect(cell.stdout).toContain("  - 1\n  + 05\n");

  const back = await folder.run(["restore", "a.ipynb@v1 submitted", "--cell", "plot", "--cell", "3"]);
  expect(back).toMatchObject({ code: 2 });
  expect(back.stderr).toContain("No cell has the number, id, name or tag plot.");
  expect((await folder.run(["restore", "a.ipynb@v1 submitted", "--cell", "3"])).stdout).toContain(
    "restored by 1 edit",
  );
  expect(sourcesIn("a.ipynb")).toEqual(["lr = 0.05\nn = 2", "train(lr)", "plot()"]);
  const whole = await folder.run(["restore", "a.ipynb@v1 submitted"]);
  expect(sourcesIn("a.ipynb")[0]).toBe("lr = 0.1\nn = 2");
  const takeBack = /loopbook restore a\.ipynb@(\d+)/.exec(whole.stdout)?.[1] ?? "";
  await folder.run(["restore", `a.ipynb@${takeBack}`]);
  expect(sourcesIn("a.ipynb")[0]).toBe("lr = 0.05\nn = 2");
  await folder.run(["restore", "a.ipynb", "--entry", String(entries[0]?.seq)]);
  expect(sourcesIn("a.ipynb")).toHaveLength(3);
  const versions = await folder.json<VersionView[]>(["versions", "a.ipynb", "--named"]);
  expect(versions).toMatchObject([{ id: 2, name: "v1 submitted", author: { displayName: "Ana" } }]);
  const renamed = await folder.run(["version", "a.ipynb@v1 submitted", "v1"]);
  expect(renamed.stdout).toBe("a.ipynb@v1: version #2, 3 cells\n");
  await folder.run(["version", "a.ipynb@v1", "--unname"]);
  expect(await folder.json<VersionView[]>(["versions", "a.ipynb", "--named"])).toEqual([]);
  const missing = await folder.run(["restore", "a.ipynb@v7"]);
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stderr).toContain('There is no version "v7" of this notebook');
}, 180_000);

test("a live notebook: the same through the process that has it open, around a run, too", async () => {
  folder.notebook("live.ipynb", [
    { source: "lr = 0.1", tags: ["parameters"] },
    { source: "print(lr)" },
    { source: "1", tags: ["hold"] },
  ]);
  // Its room, and with it its history, begins.
  await folder.run(["version", "live.ipynb", "before"]);
  const run = folder.start(["run", "live.ipynb", "--in-place", "-p", "lr", "0.2"]);
  await run.says(/hold|waits|Approve/i);
  const listed = await folder.json<VersionView[]>(["versions", "live.ipynb"]);
  expect(listed.map(({ name, reason }) => name ?? reason)).toContain("before");
  await folder.run(["set", "live.ipynb", "lr=0.3"]);
  await folder.run(["version", "live.ipynb", "while it ran"]);
  const { cells } = await folder.json<NotebookDiff>(["diff", "live.ipynb@before", "live.ipynb@while it ran"]);
  expect(JSON.stringify(cells)).toContain("0.3");
  await folder.run(["approve"]);
  expect((await run.ended).code).toBe(0);
  const after = await folder.json<VersionView[]>(["versions", "live.ipynb"]);
  const reasons = after.map(({ reason }) => reason);
  expect(reasons).toContain("after-run");
  const entries = await folder.json<HistoryEntry[]>(["history", "live.ipynb"]);
  const authors = new Set(entries.map(({ author }) => author.kind));
  expect(authors).toEqual(new Set(["pipeline", "person"]));
}, 120_000);
