/**
 * Stock JupyterLab with jupyter-collaboration, as `pip install` gives it (`scripts/python-requirements-jupyter.txt`).
 * Its rooms: https://github.com/jupyterlab/jupyter-collaboration, `PUT /api/collaboration/session/{path}`.
 */
import { existsSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, startChild } from "../lib/children.ts";
import type { RoomPeer, RoomServer } from "../lib/room-server.ts";
import { root } from "../lib/runners.ts";

const prefix = path.resolve(process.env.LOOPBOOK_TEST_JUPYTER ?? path.join(root, ".loopbook", "jupyter"));
export const jupyterPython = path.join(prefix, "bin", "python");
const TOKEN = "bench";
const START_LIMIT_MS = 60_000;

/** Null where it is not installed. */
export const jupyter: RoomPeer | null = existsSync(path.join(prefix, "bin", "jupyter-lab"))
  ? { name: "jupyter-collaboration", start: startJupyter }
  : null;

export interface JupyterServer extends RoomServer {
  /** Where JupyterLab shows a notebook. */
  pageOf(name: string): string;
}

export async function startJupyter(folder: string, port = 0): Promise<JupyterServer> {
  const listensOn = port === 0 ? await freePort() : port;
  const home = mkdtempSync(path.join(folder, ".jupyter-"));
  const child = startChild({
    name: "jupyter-collaboration",
    cwd: folder,
    env: { HOME: home, JUPYTER_PREFER_ENV_PATH: "1", VIRTUAL_ENV: prefix },
    argv: [
      jupyterPython,
      ...["-m", "jupyterlab", "--no-browser", "--allow-root", `--port=${listensOn}`, "--ip=127.0.0.1"],
      ...[`--ServerApp.root_dir=${folder}`, `--IdentityProvider.token=${TOKEN}`],
      "--ServerApp.port_retries=0",
    ],
  });
  const base = `http://127.0.0.1:${listensOn}`;
  const headers = { Authorization: `token ${TOKEN}` };
  const end = (signal: NodeJS.Signals) => async (): Promise<void> => {
    await child.end(signal);
  };
  try {
    await untilAnswers(`${base}/api/status`, headers);
  } catch {
    const said = child.said();
    await child.end("SIGKILL");
    throw new Error(`jupyter-collaboration did not start:\n${said.slice(-1500)}`);
  }
  return {
    pid: child.pid,
    pageOf: (name) => `${base}/lab/tree/${encodeURIComponent(name)}?token=${TOKEN}`,
    async room(name) {
      const response = await fetch(`${base}/api/collaboration/session/${encodeURIComponent(name)}`, {
        method: "PUT",
        headers,
        body: JSON.stringify({ format: "json", type: "notebook" }),
      });
      if (!response.ok) throw new Error(`jupyter-collaboration: ${response.status} ${await response.text()}`);
      const { fileId, sessionId } = (await response.json()) as Readonly<Record<string, string>>;
      const room = `/api/collaboration/room/json:notebook:${fileId}?sessionId=${sessionId}`;
      return { url: base.replace("http", "ws") + room, headers };
    },
    kill: end("SIGKILL"),
    // It asks whether to end kernels; there are none, and nothing of it is kept.
    close: end("SIGKILL"),
  };
}

async function untilAnswers(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  for (;;) {
    const response = await fetch(url, { headers }).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > until) throw new Error("no answer");
    await wait(50);
  }
}
