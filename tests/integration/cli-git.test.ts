/** git with our drivers: real repositories, real merges, rebases and diffs. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { conflictsIn } from "../../src/nbformat/merge/conflict.ts";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { ROOT } from "./cli-support.ts";

const CLI = join(ROOT, "src/cli/main.ts");
let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "loopbook-git-"));
  folder = join(home, "repo with ' in it");
  mkdirSync(folder);
  env = {
    PATH: process.env.PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@example.org",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@example.org",
    GIT_EDITOR: "true",
  };
  git("init", "-q", "-b", "main");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}
function tryGit(...args: string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: folder, env, encoding: "utf8" });
  return { code: status, text: stdout + stderr };
}
function loopbook(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}
const code = (id: string, source: string): Cell => ({
  id,
  cell_type: "code",
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
const write = (...cells: Cell[]): void =>
  writeFileSync(join(folder, "nb.ipynb"), serialiseNotebook(notebook(...cells)));
const read = (): Notebook => parseNotebook(readFileSync(join(folder, "nb.ipynb")), "nb.ipynb").notebook;
const sources = (): string[] => read().cells.map(({ source }) => source);
function commit(message: string, ...cells: Cell[]): void {
  write(...cells);
  git("add", ".");
  git("commit", "-q", "-m", message);
}
/** Both sides insert a cell at one place and change different words of one line: git alone cannot merge that. */
function twoBranches(mine = "lr = 5; n = 1", theirs = "lr = 1; n = 7"): void {
  commit("base", code("a", "lr = 1; n = 1"));
  git("checkout", "-q", "-b", "topic");
  commit("theirs", code("a", theirs), code("t", "theirs"));
  git("checkout", "-q", "main");
  commit("mine", code("a", mine), code("m", "mine"));
}

test("a merge and a rebase that git alone cannot do", () => {
  twoBranches();
  expect(tryGit("merge", "topic").code).toBe(1);
  git("merge", "--abort");
  expect(loopbook("git-setup")).toMatchObject({ code: 0, err: "" });
  expect(tryGit("merge", "topic", "-m", "merged")).toMatchObject({ code: 0 });
  expect(sources()).toEqual(["lr = 5; n = 7", "mine", "theirs"]);
  git("reset", "-q", "--hard", "HEAD~1");
  git("checkout", "-q", "topic");
  expect(tryGit("rebase", "main")).toMatchObject({ code: 0 });
  expect(new Set(sources())).toEqual(new Set(["lr = 5; n = 7", "theirs", "mine"]));
});

test("a conflict stops the merge with a readable notebook, is decided by one command, and the merge goes on", () => {
  twoBranches("lr = 5; n = 1", "lr = 7; n = 1");
  loopbook("git-setup");
  const merged = tryGit("merge", "topic");
  expect(merged.code).toBe(1);
  expect(merged.text).toContain("nb.ipynb: 1 conflict\n  cell 1 (a): both changed the source");
  expect(git("status", "--porcelain", "nb.ipynb")).toMatch(/^UU /);
  expect(sources().slice(1)).toEqual(["lr = 5; n = 1", "lr = 7; n = 1", "mine", "theirs"]);
  expect(conflictsIn(read())).toMatchObject([
    { cellId: "a", mine: "lr = 5; n = 1", theirs: "lr = 7; n = 1" },
  ]);
  expect(loopbook("merge", "--resolve", "theirs", "nb.ipynb")).toMatchObject({
    code: 0,
    out: "nb.ipynb: 1 conflict decided as theirs.\n",
  });
  expect(sources()).toEqual(["lr = 7; n = 1", "mine", "theirs"]);
  git("add", "nb.ipynb");
  git("commit", "-q", "--no-edit");
  expect(loopbook("merge", "--resolve", "mine", "nb.ipynb")).toMatchObject({
    code: 2,
    err: expect.stringContaining("holds no conflict"),
  });
});

test("git diff shows cells; git log -p and git show compare text", () => {
  commit("base", code("a", "lr = 1\nn = 1"));
  loopbook("git-setup");
  write(code("a", "lr = 1\nn = 2"), code("b", "new"));
  expect(git("diff")).toBe(
    "diff nb.ipynb\ncell 1 changed (code, a)\n  line 2\n- n = 1\n+ n = 2\n\ncell 2 added (code, b)\n+ new\n\n",
  );
  git("commit", "-q", "-a", "-m", "change");
  const shown = git("show", "--no-ext-diff", "HEAD", "--", "nb.ipynb");
  expect(shown).toContain("-n = 1\n+n = 2");
  expect(shown).not.toContain('"source"');
  expect(git("log", "-p", "-1")).toContain("+n = 2");
});

describe("setting git up", () => {
  test("twice is once, keeps what was there, and is undone without a trace", () => {
    writeFileSync(join(folder, ".gitattributes"), "*.png binary\n");
    loopbook("git-setup");
    loopbook("git-setup");
    const attributes = (): string => readFileSync(join(folder, ".gitattributes"), "utf8");
    expect(attributes()).toBe("*.png binary\n*.ipynb diff=loopbook merge=loopbook\n");
    expect(loopbook("git-setup", "--remove").code).toBe(0);
    expect(attributes()).toBe("*.png binary\n");
    expect(git("config", "--local", "--list")).not.toContain("loopbook");
  });

  test("for all repositories, and not outside of any", () => {
    const attributes = join(folder, "../.config/git/attributes");
    expect(loopbook("git-setup", "--global").code).toBe(0);
    expect(readFileSync(attributes, "utf8")).toContain("merge=loopbook");
    twoBranches();
    expect(tryGit("merge", "topic", "-m", "merged").code).toBe(0);
    loopbook("git-setup", "--global", "--remove");
    expect(existsSync(attributes)).toBe(false);
    rmSync(join(folder, ".git"), { recursive: true });
    expect(loopbook("git-setup")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no git repository"),
    });
  });
});

test("without git: merge prints or writes, diff tells the difference as text, JSON and exit code", () => {
  for (const [name, source] of Object.entries({ base: "a\nb\nc", mine: "A\nb\nc", theirs: "a\nb\nC" }))
    writeFileSync(join(folder, `${name}.ipynb`), serialiseNotebook(notebook(code("x", source))));
  const files = ["base.ipynb", "mine.ipynb", "theirs.ipynb"];
  const printed = loopbook("merge", ...files);
  expect(printed).toMatchObject({ code: 0, err: "" });
  expect(parseNotebook(printed.out, "out").notebook).toEqual(notebook(code("x", "A\nb\nC")));
  expect(loopbook("merge", ...files, "-o", "nb.ipynb")).toMatchObject({ code: 0, out: "" });
  expect(sources()).toEqual(["A\nb\nC"]);
  expect(loopbook("diff", "base.ipynb", "nb.ipynb", "--exit-code")).toMatchObject({
    code: 1,
    out: "cell 1 changed (code, x)\n  line 1\n- a\n+ A\n  line 3\n- c\n+ C\n",
  });
  expect(loopbook("diff", "nb.ipynb", "nb.ipynb", "--exit-code")).toMatchObject({ code: 0, out: "" });
  expect(JSON.parse(loopbook("diff", "base.ipynb", "nb.ipynb", "--json").out)).toMatchObject({
    cells: [{ type: "changed", id: "x" }],
  });
  expect(loopbook("merge", "base.ipynb", "mine.ipynb").code).toBe(2);
});
