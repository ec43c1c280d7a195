/** `loopbook mv` and `cp`: the same on a file that is closed and on a notebook that a process has open. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, printedBy, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const at = (name: string): string => join(folder.path, name);

test("a closed notebook gets another name or folder, and nothing is written over", async () => {
  const before = readFileSync(folder.notebook("a.ipynb", [{ source: "x = 1" }]), "utf8");
  folder.notebook("taken.ipynb", [{ source: "y = 1" }]);
  mkdirSync(at("archive"));
  expect(await folder.run(["mv", "a.ipynb", "b.ipynb"])).toMatchObject({ code: 0, stdout: "b.ipynb\n" });
  expect(await folder.run(["mv", "b.ipynb", "archive"])).toMatchObject({
    code: 0,
    stdout: "archive/b.ipynb\n",
  });
  expect(await folder.run(["cp", "archive/b.ipynb", "c.ipynb"])).toMatchObject({ code: 0 });
  expect([readFileSync(at("archive/b.ipynb"), "utf8"), readFileSync(at("c.ipynb"), "utf8")]).toEqual([
    before,
    before,
  ]);
  expect(existsSync(at("a.ipynb"))).toBe(false);
  for (const words of [
    ["mv", "c.ipynb", "taken.ipynb"],
    ["cp", "c.ipynb", "taken.ipynb"],
    ["mv", "c.ipynb", "c.txt"],
    ["mv", "gone.ipynb", "d.ipynb"],
  ]) {
    const { code, stderr } = await folder.run(words);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: [^\n]+\n$/)]);
  }
  expect(readFileSync(at("taken.ipynb"), "utf8")).toContain("y = 1");
});

test("a notebook that runs keeps its run: it is steered, saved and recorded under its new name", async () => {
  folder.notebook("live.ipynb", [
    { source: "x = 1\nprint('one')" },
    { source: "print('go')", tags: ["hold"] },
    { source: "print('late', x)" },
  ]);
  const run = folder.start(["run", "live.ipynb", "--in-place"]);
  await run.says("holds:");
  expect(await folder.run(["mv", "live.ipynb", "renamed.ipynb"])).toMatchObject({ code: 0 });
  expect(await folder.run(["cp", "renamed.ipynb", "copy.ipynb"])).toMatchObject({ code: 0 });
  expect(readFileSync(at("copy.ipynb"), "utf8")).toContain("one");
  expect((await folder.run(["approve", "renamed.ipynb"])).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  expect(existsSync(at("live.ipynb"))).toBe(false);
  expect(readFileSync(at("renamed.ipynb"), "utf8")).toContain("late 1");
  const runs = await folder.json<unknown[]>(["runs", "renamed.ipynb"]);
  expect(runs).toHaveLength(1);
});

test("a run that is killed just after its notebook was moved goes on under the new name, every line once", async () => {
  const started = at("killed.started");
  folder.notebook("killed.ipynb", [
    {
      source: `open(${JSON.stringify(started)}, 'w').close()\nimport time\nfor i in range(1500):\n    print(i, flush=True)\n    time.sleep(0.01)`,
    },
    { source: "print('last', i)" },
  ]);
  mkdirSync(at("moved"));
  const run = folder.start(["run", "killed.ipynb", "--in-place"]);
  await until(
    () => existsSync(started),
    () => `the cell runs: ${run.stderr()}`,
  );
  expect(await folder.run(["mv", "killed.ipynb", "moved/killed.ipynb"])).toMatchObject({
    code: 0,
    stderr: "",
  });
  run.process.kill("SIGKILL");
  await run.ended;
  type Listed = { readonly id: string; readonly run: string; readonly unattendedSinceMs: number | null };
  let left: Listed | undefined;
  await until(
    async () => {
      left = (await folder.json<Listed[]>(["ps", "--kernels"])).find(
        (kernel) => kernel.unattendedSinceMs !== null,
      );
      return left !== undefined;
    },
    () => "its kernel is alone",
  );
  const resumed = await folder.run(["resume", left?.run ?? ""]);
  expect([resumed.code, resumed.stderr]).toEqual([
    0,
    expect.stringContaining("goes on in the kernel that it had"),
  ]);
  const lines = Array.from({ length: 1500 }, (_, i) => `${i}\n`).join("");
  expect(printedBy(folder.read("moved/killed.ipynb"))).toBe(`${lines}last 1499\n`);
  expect(existsSync(at("killed.ipynb"))).toBe(false);
});
