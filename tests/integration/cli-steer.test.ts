/** A run that one process started, seen and steered from others. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, printedBy, type Running, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

interface Snapshot {
  readonly id: string;
  readonly status: string;
  readonly hold: { readonly kind: string } | null;
  readonly stepsDone: number;
  readonly values: Record<string, unknown>;
}

async function untilHeld(kind: string): Promise<void> {
  const holds = async () => (await folder.json<Snapshot[]>(["ps"])).some(({ hold }) => hold?.kind === kind);
  await until(holds, () => `a hold of kind ${kind}`);
}

/** Cells that wait for a file, so that a test decides how long each takes. */
const wait = (name: string) =>
  `import os, time\nprint('${name}', lr, flush=True)\nwhile not os.path.exists('${name}.go'): time.sleep(0.02)`;

test("paused, changed, stepped, skipped and let go on, from other terminals", async () => {
  folder.notebook("steer.ipynb", [
    { source: "lr = 0.1", tags: ["parameters"] },
    { source: wait("a") },
    { source: "print('b', lr)" },
    { source: "print('c', lr)" },
    { source: "print('d', lr)" },
  ]);
  const run = folder.start(["run", "steer.ipynb", "steer-out.ipynb", "--log-output"]);
  await run.says("a 0.1");
  expect((await folder.run(["pause"])).stdout).toMatch(/pauses when the running cell ends/);
  folder.write("a.go", "");
  await untilHeld("pause");
  const changed = await folder.run(["params", "steer.ipynb", "lr=0.01", "-m", "loss rises"]);
  expect(changed.stdout).toMatch(/takes the change|has taken/);
  expect((await folder.run(["step", "steer"])).stdout).toContain("runs one cell");
  await untilHeld("step");
  const [held] = await folder.json<Snapshot[]>(["ps"]);
  expect(held).toMatchObject({ stepsDone: 3, values: { lr: 0.01 } });
  expect((await folder.run(["skip", held?.id.slice(0, 8) ?? ""])).code).toBe(0);
  await until(
    async () => (await folder.json<Snapshot[]>(["ps"]))[0]?.stepsDone === 4,
    () => "the cell skipped",
  );
  expect((await folder.run(["resume"])).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  expect(printedBy(folder.read("steer-out.ipynb"))).toBe("a 0.1\nb 0.01\nd 0.01\n");
  const record = await folder.json<{
    events: { text: string; by: { using: string; displayName: string } }[];
  }>(["show", "steer.ipynb"]);
  expect(
    record.events.some(
      ({ text, by }) => text.includes("lr") && by.displayName === "Ana" && by.using === "cli",
    ),
  ).toBe(true);
});

async function heldAtRelease(name: string): Promise<Running> {
  folder.notebook(`${name}.ipynb`, [{ source: "print('release')", tags: ["hold"] }]);
  const run = folder.start(["run", `${name}.ipynb`, `${name}-out.ipynb`]);
  await run.says(/holds: .*approve/);
  return run;
}

test("a hold is approved or refused from elsewhere", async () => {
  const approved = await heldAtRelease("approved");
  expect((await folder.run(["approve", "-m", "looks right"])).code).toBe(0);
  expect((await approved.ended).code).toBe(0);
  const refused = await heldAtRelease("refused");
  expect((await folder.run(["refuse", "-m", "accuracy fell"])).code).toBe(0);
  expect((await refused.ended).code).toBe(130);
  expect((await folder.run(["show", "refused.ipynb"])).stdout).toMatch(/accuracy fell|[Rr]efused/);
});

test("input() is answered from elsewhere, also through a pipe", async () => {
  folder.notebook("input.ipynb", [
    { source: "print('hello', input('name? '))" },
    { source: "print(input('more? '))" },
  ]);
  const run = folder.start(["run", "input.ipynb", "input-out.ipynb"]);
  await run.says("holds: name?");
  expect((await folder.run(["answer", "Ana"])).code).toBe(0);
  await run.says("holds: more?");
  expect((await folder.run(["answer", "-"], { input: "yes\n" })).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  expect(printedBy(folder.read("input-out.ipynb"))).toContain("hello Ana");
});

test("held on an error, the cell is mended in the live document and run again in the same kernel", async () => {
  folder.notebook("mend.ipynb", [
    { source: "import os\nseen = os.getpid()" },
    { source: "factor = 'three'", tags: ["parameters"] },
    { source: "print(2 * int(factor))\nassert seen == os.getpid()", tags: ["compute"] },
  ]);
  const run = folder.start(["run", "mend.ipynb", "--in-place", "--on-error", "hold"]);
  await run.says(/holds: ValueError/);
  expect((await folder.run(["set", "mend.ipynb", "factor='3'"])).code).toBe(0);
  expect((await folder.run(["get", "mend.ipynb", "factor"])).stdout).toBe("3\n");
  expect((await folder.run(["resume", "--from", "2"])).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  expect(printedBy(folder.read("mend.ipynb"))).toBe("6\n");
});

test("an ended run is taken up by replay, with its parameters", async () => {
  folder.notebook("again.ipynb", [
    { source: "lr = 0.1", tags: ["parameters"] },
    { source: "import os\nassert os.path.exists('ready')\nprint('ready', lr)" },
  ]);
  expect((await folder.run(["run", "again.ipynb", "again-out.ipynb", "-p", "lr", "7.5"])).code).toBe(1);
  folder.write("ready", "");
  const { code, stderr } = await folder.run(["resume", "again.ipynb"]);
  expect(stderr).toContain("run again from its beginning");
  expect(code).toBe(0);
  expect(printedBy(folder.read("again-out.ipynb"))).toBe("ready 7.5\n");
});

test("with no run, or several, a command says what to type", async () => {
  const none = await folder.run(["pause"]);
  expect({ code: none.code, stderr: none.stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("loopbook runs"),
  });
  const [one, two] = [await heldAtRelease("one"), await heldAtRelease("two")];
  const many = await folder.run(["approve"]);
  expect(many.code).toBe(2);
  expect(many.stderr).toMatch(/run_\w+ {2}one/);
  expect((await folder.run(["stop", "one.ipynb", "--wait"])).stdout).toContain("stopped");
  expect((await folder.run(["stop", "two", "--now"])).code).toBe(0);
  expect([(await one.ended).code, (await two.ended).code]).toEqual([130, 130]);
});

test("a run that failed with the local server is taken up at the failed cell, with its variables", async () => {
  folder.notebook("kept.ipynb", [
    { source: "import os, random\nvalue = random.random()\nprint('value', value)" },
    { source: "assert os.path.exists('kept.go')\nprint('again', value)" },
  ]);
  await folder.run(["run", "kept.ipynb", "kept-out.ipynb", "--detach"]);
  const status = async () => (await folder.json<Snapshot[]>(["runs", "kept.ipynb"]))[0]?.status;
  await until(
    async () => (await status()) === "failed",
    () => "the failure",
  );
  folder.write("kept.go", "");
  const { code, stderr } = await folder.run(["resume", "kept.ipynb"]);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("in the kernel that it had"),
  });
  await until(
    () => printedBy(folder.read("kept-out.ipynb")).includes("again"),
    () => "the end",
  );
  const [, first, second] =
    /value ([\d.e-]+)\nagain ([\d.e-]+)\n/.exec(printedBy(folder.read("kept-out.ipynb"))) ?? [];
  expect(second).toBe(first);
});
