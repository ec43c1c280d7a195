/** `loopbook jupyter`: the user's own JupyterLab in front of the folder, and its end. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { CliFolder, PYTHON_PREFIX, type Running } from "./cli-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { codeCell, JUPYTER_PREFIX, notebookOf } from "./stock-jupyter-support.ts";

/** Python reads all of JupyterLab from the disk. */
const START_MS = 80_000;
const END_MS = 15_000;
const LIMIT = { timeout: START_MS + 40_000 };

function aFolder(): CliFolder {
  const cli = new CliFolder();
  onTestFinished(() => cli.remove());
  writeFileSync(join(cli.path, "n.ipynb"), serialiseNotebook(notebookOf(codeCell("a", "x = 1"))));
  return cli;
}

async function started(cli: CliFolder): Promise<{ readonly running: Running; readonly lab: URL }> {
  const running = cli.start([
    "jupyter",
    "n.ipynb",
    "--python",
    JUPYTER_PREFIX,
    "--no-browser",
    "--port",
    "0",
  ]);
  await waitFor("JupyterLab", () => running.stderr().includes("Loopbook's own page:"), START_MS);
  return { running, lab: new URL(running.stdout().trim()) };
}

/** The processes that this one started. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test(
  "serves JupyterLab and the live notebook at one address, and ends with nothing left",
  LIMIT,
  async () => {
    const { running, lab } = await started(aFolder());
    expect(lab.pathname).toBe("/lab/tree/n.ipynb");
    const token = lab.searchParams.get("token") ?? "";
    const signIn = await fetch(lab, { redirect: "manual" });
    expect(signIn.status).toBe(303);
    const cookie = signIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await fetch(new URL(signIn.headers.get("location") ?? "", lab), { headers: { cookie } });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("jupyter-config-data");
    // The page of JupyterLab knows no secret, neither ours nor one of its own server's.
    expect(html).not.toContain(token);
    expect(/"token": "(?<token>[^"]*)"/.exec(html)?.groups?.token).toBe("");
    // Without the token there is nothing of it.
    expect((await fetch(new URL("/lab", lab))).status).toBe(401);
    expect((await fetch(new URL("/lab/api/settings", lab))).status).toBe(401);

    const session = await fetch(new URL("/api/collaboration/session/n.ipynb", lab), {
      method: "PUT",
      headers: { authorization: `token ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ format: "json", type: "notebook" }),
    });
    expect(await session.json()).toMatchObject({ format: "json", type: "notebook" });

    const [jupyter] = childrenOf(running.process.pid ?? 0);
    expect(jupyter).toBeGreaterThan(0);
    running.process.kill("SIGINT");
    expect((await running.ended).code).toBe(0);
    expect(isAlive(jupyter ?? 0)).toBe(false);
  },
);

test("leaves no server of JupyterLab behind when it is killed", LIMIT, async () => {
  const { running } = await started(aFolder());
  const children = childrenOf(running.process.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  running.process.kill("SIGKILL");
  await running.ended;
  await waitFor("JupyterLab's server to end", () => !children.some(isAlive), END_MS);
});

test("says how to install JupyterLab where there is none", async () => {
  const { code, stderr } = await aFolder().run(["jupyter", "--python", PYTHON_PREFIX, "--no-browser"]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("JupyterLab was not found");
  expect(stderr).toContain("-m pip install jupyterlab jupyter-collaboration");
});
