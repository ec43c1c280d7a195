/** `loopbook get` and `set`: the same on a file that is closed and on a notebook that a process has open. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const cells = [
  { source: "lr = 0.1  # learning rate\nlayers = [64, 32]\nopt = 'adam'", tags: ["parameters"] },
  { source: "print(lr)" },
];

describe("on a closed file", () => {
  test("values are read by name, as text or JSON", async () => {
    folder.notebook("get.ipynb", cells);
    expect((await folder.run(["get", "get.ipynb"])).stdout).toBe('lr=0.1\nlayers=[64,32]\nopt="adam"\n');
    expect((await folder.run(["get", "get.ipynb", "opt"])).stdout).toBe("adam\n");
    expect(await folder.json(["get", "get.ipynb", "lr", "layers"])).toEqual({ lr: 0.1, layers: [64, 32] });
  });

  test("only the literal changes: every other byte of the file stays", async () => {
    const path = folder.notebook("set.ipynb", cells);
    const before = readFileSync(path, "utf8");
    const { code, stdout } = await folder.run(["set", "set.ipynb", "lr=0.05", "layers=[8]", "opt='sgd'"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'lr=0.05\nlayers=[8]\nopt="sgd"\n' });
    expect(readFileSync(path, "utf8")).toBe(
      before.replace("lr = 0.1", "lr = 0.05").replace("[64, 32]", "[8]").replace("'adam'", "'sgd'"),
    );
  });

  test("all or none: one bad name and the file is not touched", async () => {
    const path = folder.notebook("none.ipynb", cells);
    const before = readFileSync(path, "utf8");
    const { code, stderr } = await folder.run(["set", "none.ipynb", "lr=0.05", "layer=[8]"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Did you mean layers?");
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("--expect guards against somebody else's change", async () => {
    const path = folder.notebook("expect.ipynb", cells);
    expect((await folder.run(["set", "expect.ipynb", "lr=1", "--expect", "lr=0.2"])).code).toBe(1);
    expect(readFileSync(path, "utf8")).toContain("lr = 0.1");
    expect((await folder.run(["set", "expect.ipynb", "lr=1", "--expect", "lr=0.1"])).code).toBe(0);
    expect(readFileSync(path, "utf8")).toContain("lr = 1");
  });

  test.each(["layers=[1,", "lr 3"])("%s is refused in one line", async (words) => {
    folder.notebook("bad.ipynb", cells);
    const { code, stderr } = await folder.run(["set", "bad.ipynb", ...words.split(" ")]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: [^\n]+\n$/) });
  });

  test("an expression is a text, never evaluated", async () => {
    folder.notebook("code.ipynb", cells);
    expect((await folder.run(["set", "code.ipynb", "opt=__import__('os').getcwd()"])).code).toBe(0);
    expect((await folder.run(["get", "code.ipynb", "opt"])).stdout).toBe("__import__('os').getcwd()\n");
  });

  test("--create adds a named cell", async () => {
    folder.notebook("create.ipynb", cells);
    expect((await folder.run(["set", "create.ipynb", "best=0.97", "--create"])).code).toBe(0);
    expect((await folder.run(["get", "create.ipynb", "best"])).stdout).toBe("0.97\n");
  });
});

test("on a live notebook the document's values are read and written, and the run sees them", async () => {
  folder.notebook("live.ipynb", [
    ...cells.slice(0, 1),
    { source: "print('go')", tags: ["hold"] },
    { source: "late = 1", tags: ["parameters"] },
    { source: "print('late', late)" },
  ]);
  const run = folder.start(["run", "live.ipynb", "--in-place", "--log-output"]);
  await run.says("holds:");
  expect((await folder.run(["set", "live.ipynb", "late=2"])).code).toBe(0);
  expect((await folder.run(["set", "live.ipynb", "late=3", "--expect", "late=1"])).code).toBe(1);
  expect((await folder.run(["get", "live.ipynb", "late"])).stdout).toBe("2\n");
  expect((await folder.run(["approve"])).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  expect(run.stderr()).toContain("late 2");
  await until(
    () => readFileSync(folder.file("live.ipynb"), "utf8").includes("late = 2"),
    () => "the saved file",
  );
});
