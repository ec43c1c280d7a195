/** `loopbook execute`: what a user of `jupyter execute` types works, and several runs at once leave each other alone. */
import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, printedBy } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

describe("execute", () => {
  test("writes nothing, into the notebook, or beside it, as it is told", async () => {
    mkdirSync(folder.file("sub"));
    const path = folder.notebook("sub/a.ipynb", [
      { source: "import os; print(os.path.basename(os.getcwd()))" },
    ]);
    const before = readFileSync(path, "utf8");
    // Behind a pipe, as in a script: the name is the input's all the same.
    const piped = await folder.run(["execute", "sub/a"], { input: "" });
    expect(piped).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(path, "utf8")).toBe(before);
    expect((await folder.run(["execute", "sub/a.ipynb", "--output", "{notebook_name}-done"])).code).toBe(0);
    expect(printedBy(folder.read("sub/a-done.ipynb"))).toBe("sub\n");
    expect((await folder.run(["execute", "--inplace", "sub/a.ipynb", "--kernel_name=python3"])).code).toBe(0);
    expect(printedBy(folder.read("sub/a.ipynb"))).toBe("sub\n");
  });

  test("stops at the first notebook that fails, unless errors are allowed; a cell may take too long", async () => {
    folder.notebook("bad.ipynb", [{ source: "1 / 0" }, { source: "print('on')" }]);
    folder.notebook("good.ipynb", [{ source: "print('good')" }]);
    const both = ["execute", "bad.ipynb", "good.ipynb", "--output", "out-{notebook_name}"];
    expect((await folder.run(both)).code).toBe(1);
    expect(folder.exists("out-good.ipynb")).toBe(false);
    expect((await folder.run([...both, "--allow-errors"])).code).toBe(0);
    expect(printedBy(folder.read("out-bad.ipynb"))).toBe("on\n");
    expect(printedBy(folder.read("out-good.ipynb"))).toBe("good\n");
    folder.notebook("slow.ipynb", [{ source: "import time; time.sleep(60)" }]);
    expect((await folder.run(["execute", "slow.ipynb", "--timeout", "1"])).code).toBe(124);
    expect((await folder.run(["execute", "a.ipynb", "b.ipynb", "--output", "c"])).code).toBe(2);
  });
});

test("four runs at once, each in its own folder, do not disturb each other", async () => {
  folder.notebook("work.ipynb", [
    { source: "n = 0", tags: ["parameters"] },
    {
      source:
        "import os, time\nwith open('mine', 'x') as file: file.write(f'{n} in {os.path.basename(os.getcwd())}')",
    },
    { source: "time.sleep(1)\nprint(open('mine').read())" },
  ]);
  const runs = [1, 2, 3, 4].map((n) => {
    mkdirSync(folder.file(`w${n}`));
    const args = ["run", "work.ipynb", `out${n}.ipynb`, "-p", "n", `${n}`, "--cwd", `w${n}`];
    return folder.run(args);
  });
  expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  for (const n of [1, 2, 3, 4]) {
    expect(printedBy(folder.read(`out${n}.ipynb`))).toBe(`${n} in w${n}\n`);
    expect(readFileSync(folder.file(`w${n}/mine`), "utf8")).toBe(`${n} in w${n}`);
  }
  const history = await folder.json<{ status: string; outputPath: string }[]>(["runs"]);
  const ours = history.filter(({ outputPath }) => /out[1-4]\.ipynb$/.test(outputPath));
  expect(ours.map(({ status }) => status)).toEqual(["completed", "completed", "completed", "completed"]);
});
