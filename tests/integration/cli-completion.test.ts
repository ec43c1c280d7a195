/** Completion: the scripts are valid, and a real bash completes commands, notebooks and parameters with one. */
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
  folder.notebook("train.ipynb", [{ source: "lr = 0.1\nlayers = [1]", tags: ["parameters"] }]);
  folder.write("notes.txt", "");
});
afterAll(() => folder.remove());

/** Not every machine has them all. */
const shells = ["bash", "zsh", "fish"].filter((shell) => spawnSync(shell, ["-c", "exit 0"]).status === 0);

test.each(["bash", "zsh", "fish"])("the script for %s is one that it reads", async (shell) => {
  const { code, stdout } = await folder.run(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toContain("loopbook");
  if (!shells.includes(shell)) return;
  const file = folder.write(`script.${shell}`, stdout);
  expect(spawnSync(shell, ["-n", file], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test("another shell is refused with those there are", async () => {
  const { code, stderr } = await folder.run(["completion", "tcsh"]);
  expect(code).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});

test.each([
  ["loopbook pa", ["params", "pause"]],
  ["loopbook run t", ["train.ipynb"]],
  ["loopbook get train.ipynb l", ["layers", "lr"]],
  ["loopbook run train.ipynb --on-error ", ["fail", "hold"]],
])("bash completes %j", async (line, expected) => {
  const command = folder.write("loopbook", `#!/bin/sh\nexec "${process.execPath}" "${folder.cli}" "$@"\n`);
  chmodSync(command, 0o755);
  const script = (await folder.run(["completion", "bash"])).stdout;
  const words = line.split(" ");
  const asked = `
${script}
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}
COMP_LINE="${line}"; COMP_POINT=${line.length}
_loopbook
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", asked], {
    cwd: folder.path,
    encoding: "utf8",
    env: folder.env({ PATH: `${folder.path}:${process.env.PATH}` }),
  });
  expect(stderr).toBe("");
  const values = stdout
    .trim()
    .split("\n")
    .map((reply) => reply.split(/\s/)[0] ?? "");
  expect(values.sort()).toEqual(expected);
});

test.skipIf(!shells.includes("fish"))("fish completes a notebook", async () => {
  const script = folder.write("loopbook.fish", (await folder.run(["completion", "fish"])).stdout);
  const { stdout } = spawnSync("fish", ["-c", `source ${script}; complete -C 'loopbook run t'`], {
    cwd: folder.path,
    encoding: "utf8",
    env: folder.env({ PATH: `${folder.path}:${process.env.PATH}` }),
  });
  expect(stdout.trim()).toBe("train.ipynb");
});

test("what is typed is never evaluated", async () => {
  const script = (await folder.run(["completion", "bash"])).stdout;
  const words = `COMP_WORDS=(loopbook run '$(touch evaluated)' x); COMP_CWORD=3; _loopbook`;
  spawnSync("bash", ["-c", `${script}\n${words}`], {
    cwd: folder.path,
    env: folder.env({ PATH: `${folder.path}:${process.env.PATH}` }),
  });
  expect(folder.exists("evaluated")).toBe(false);
});
