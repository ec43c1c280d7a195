/** Values for programs, on a file and in the live document of a run: read, written, watched by the same calls. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openNotebook, readValues, watchValues, writeValues } from "../../src/library.ts";
import { CliFolder, printedBy } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
  vi.stubEnv("LOOPBOOK_HOME", folder.home);
});
afterAll(async () => {
  await folder.remove();
  vi.unstubAllEnvs();
});

const cells = [
  { source: "lr = 0.1", tags: ["parameters"] },
  { source: "print('lr', lr)", tags: ["hold"] },
  { source: "late = 1", tags: ["parameters"] },
  { source: "print('late', late)" },
];

test("from the file into the live document and back", async () => {
  const path = folder.notebook("live.ipynb", cells);
  const values = watchValues(path, ["late"]);
  expect((await values.next()).value).toEqual({ late: 1 });
  await writeValues(path, { values: { late: 2 } });
  expect((await values.next()).value).toEqual({ late: 2 });
  expect(readFileSync(path, "utf8")).toContain("late = 2");

  const run = folder.start(["run", "live.ipynb", "--in-place"]);
  await run.says("holds:");
  const scores = { columns: ["model"], data: [["svm"]] };
  await writeValues(path, {
    values: { late: 3, made: "here" },
    tables: { scores },
    expected: { late: 2 },
    create: true,
  });
  expect((await values.next()).value).toEqual({ late: 3 });
  await expect(writeValues(path, { values: { late: 9 }, expected: { late: 2 } })).rejects.toMatchObject({
    code: "value-changed",
  });
  expect(await readValues(path)).toMatchObject({ lr: 0.1, late: 3, made: "here", scores });
  await folder.run(["approve"]);
  expect((await run.ended).code).toBe(0);
  expect(printedBy(folder.read("live.ipynb"))).toBe("lr 0.1\nlate 3\n");

  expect((await openNotebook(path)).getTable("scores")).toEqual(scores);
  await writeValues(path, { values: { late: 4 } });
  expect((await values.next()).value).toEqual({ late: 4 });
  await values.return();
});

test("what is wrong is an error with a code, and nothing is written", async () => {
  const path = folder.notebook("file.ipynb", cells);
  const before = readFileSync(path, "utf8");
  await expect(readValues(path, ["lrr"])).rejects.toMatchObject({
    code: "no-such-value",
    message: expect.stringContaining("Did you mean lr?"),
  });
  await expect(writeValues(path, { values: { lr: 1, lrr: 1 } })).rejects.toMatchObject({
    code: "no-such-value",
  });
  await expect(watchValues(path, ["lrr"]).next()).rejects.toMatchObject({ code: "no-such-value" });
  await expect(readValues(`${path}.none`)).rejects.toMatchObject({ code: "notebook-unreadable" });
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("watching ends with its signal", async () => {
  const path = folder.notebook("signal.ipynb", cells);
  const stop = new AbortController();
  const seen: unknown[] = [];
  for await (const values of watchValues(path, ["lr"], { signal: stop.signal })) {
    seen.push(values);
    stop.abort();
  }
  expect(seen).toEqual([{ lr: 0.1 }]);
});
