/** What git's last commit has of a notebook is read without running anything of the repository's. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { HistoryClient } from "../../src/client/history-client.ts";
import { ScriptedProvider } from "../../src/compute/memory/scripted-provider.ts";
import { startServer } from "../../src/server/server.ts";
import { commitFacts, readGitHead } from "../../src/store/git/git-head.ts";
import { MemoryRunLedger } from "../../src/store/memory/run-ledger.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aNotebook } from "./server/memory-host.ts";

function aFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-git-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(cwd: string, ...args: string[]): string {
  const me = ["-c", "user.name=Ana Mora", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"];
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...me, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }).toString();
}

function aRepository(): { readonly folder: string; readonly file: string } {
  const folder = aFolder();
  const file = join(folder, "sub", "a.ipynb");
  mkdirSync(join(folder, "sub"));
  writeFileSync(file, JSON.stringify(aNotebook(["lr = 1", "y = 2"])));
  git(folder, "init", "-q");
  git(folder, "add", ".");
  git(folder, "commit", "-qm", "First try\n\nwith a body");
  writeFileSync(file, JSON.stringify(aNotebook(["lr = 9", "y = 2"])));
  return { folder, file };
}

test("the commit, who made it, and the file as it was then", async () => {
  const { folder, file } = aRepository();
  const head = await readGitHead(file);
  if (head.type === "none") throw new Error(head.message);
  expect(head).toMatchObject({
    commit: git(folder, "rev-parse", "HEAD").trim(),
    author: "Ana Mora",
    subject: "First try",
  });
  expect(Math.abs(head.atMs - Date.now())).toBeLessThan(600_000);
  expect(new TextDecoder().decode(head.bytes)).toContain("lr = 1");
});

test("where there is nothing to compare with, it says so calmly", async () => {
  const bare = aFolder();
  const alone = join(bare, "a.ipynb");
  writeFileSync(alone, "{}");
  expect(await readGitHead(alone)).toMatchObject({ type: "none", why: "no-repository" });
  git(bare, "init", "-q");
  expect(await readGitHead(alone)).toMatchObject({ type: "none", why: "not-committed" });
  const { folder } = aRepository();
  const fresh = join(folder, "new.ipynb");
  writeFileSync(fresh, "{}");
  expect(await readGitHead(fresh)).toMatchObject({ type: "none", why: "not-committed" });
  const { PATH } = process.env;
  process.env.PATH = bare;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  expect(await readGitHead(fresh)).toMatchObject({ type: "none", why: "no-git" });
  process.env.PATH = PATH;
});

test("a hostile repository runs nothing: no filter, textconv, hook, monitor, pager, alias, signature or transport", async () => {
  const { folder, file } = aRepository();
  const ran = join(folder, "ran");
  const evil = join(folder, "evil.sh");
  writeFileSync(evil, `#!/bin/sh\necho "$0 $@" >> ${ran}\ncat\n`, { mode: 0o755 });
  writeFileSync(join(folder, ".gitattributes"), "*.ipynb filter=evil diff=evil merge=evil\n");
  const { hooks } = { hooks: join(folder, ".git/hooks") };
  for (const hook of ["reference-transaction", "post-checkout", "post-index-change", "fsmonitor-watchman"])
    writeFileSync(join(hooks, hook), `#!/bin/sh\necho hook >> ${ran}\n`, { mode: 0o755 });
  writeFileSync(
    join(folder, ".git/config"),
    `[core]
  repositoryformatversion = 1
  fsmonitor = ${evil}
  pager = ${evil}
  sshCommand = ${evil}
  hooksPath = ${hooks}
  gitProxy = ${evil}
[pager]
  cat-file = ${evil}
[alias]
  cat-file = !${evil}
[filter "evil"]
  clean = ${evil}
  smudge = ${evil}
  process = ${evil}
[diff "evil"]
  command = ${evil}
  textconv = ${evil}
[log]
  showSignature = true
[gpg]
  program = ${evil}
[protocol]
  allow = always
[protocol "ext"]
  allow = always
[remote "origin"]
  url = ext::${evil}
  promisor = true
  partialclonefilter = blob:none
[extensions]
  partialClone = origin
`,
  );
  expect(await readGitHead(file)).toMatchObject({ type: "head", subject: "First try" });
  expect(existsSync(ran)).toBe(false);
  // The content is missing, as in a partial clone, which git would fetch.
  const blob = git(folder, "-c", "extensions.partialClone=", "rev-parse", "HEAD:sub/a.ipynb").trim();
  rmSync(join(folder, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  expect(await readGitHead(file)).toMatchObject({ type: "none" });
  expect(existsSync(ran) ? readFileSync(ran, "utf8") : "").toBe("");
});

test("over HTTP: the notebook as git has it, its cells under the ids that they have now", async () => {
  const { folder, file } = aRepository();
  const stateFolder = aFolder();
  const host = createLocalHost({
    ...{ stateFolder, version: "0", runStore: new MemoryRunLedger() },
    kernels: new ScriptedProvider(() => ({})),
  });
  const server = await startServer({
    ...{ host, folder, stateFolder, kind: "up", version: "0", port: 0, logger: silentLogger },
  });
  onTestFinished(async () => {
    await server.close();
    await host.close();
  });
  const api = new ApiClient({ baseUrl: server.url, token: server.token });
  const { id } = await api.openNotebook({ path: file });
  const history = new HistoryClient(api, id);
  expect(await history.git()).toMatchObject({ type: "head", author: "Ana Mora", subject: "First try" });
  const [then, now] = [
    await history.notebook("git", { outputs: true }),
    await history.notebook("now", { outputs: true }),
  ];
  expect(then.notebook.cells.map(({ source }) => source)).toEqual(["lr = 1", "y = 2"]);
  expect(then.notebook.cells.map((cell) => cell.id)).toEqual(now.notebook.cells.map((cell) => cell.id));
});

test("a commit object is read as git writes it", () => {
  const text =
    "tree 1\nparent 2\nauthor A <B> C <a@b> 1700000000 +0200\ncommitter X <x@y> 1 +0000\n\nSubject\n\nBody";
  expect(commitFacts(text)).toEqual({ author: "A <B> C", atMs: 1_700_000_000_000, subject: "Subject" });
  expect(commitFacts("nonsense")).toEqual({ author: "", atMs: 0, subject: "" });
});
