/** The stock Jupyter parts that live notebooks are tested against, in an environment of their own. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import type { Host } from "../../src/usecases/host.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const JUPYTER_PREFIX = resolve(process.env.LOOPBOOK_TEST_JUPYTER ?? join(ROOT, ".loopbook/jupyter"));
export const JUPYTER_PYTHON = join(JUPYTER_PREFIX, "bin/python");
const LIMIT_MS = 50_000;

export const codeCell = (id: string, source: string): Cell => ({
  id,
  cell_type: "code",
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

export const notebookOf = (...cells: Cell[]): Notebook => ({
  cells,
  metadata: { kernelspec: { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
});

export interface JupyterFolder {
  readonly host: Host;
  readonly server: RunningServer;
  readonly folder: string;
  readonly stateFolder: string;
}

/** A folder for notebooks, with a state folder beside it; removed with the test. */
export async function aFolder(
  notebooks: Readonly<Record<string, Notebook>>,
): Promise<{ readonly folder: string; readonly stateFolder: string }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "loopbook-jupyter-")));
  const folder = join(root, "work");
  await mkdir(folder);
  for (const [name, notebook] of Object.entries(notebooks))
    await writeFile(join(folder, name), serialiseNotebook(notebook));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return { folder, stateFolder: join(root, "state") };
}

/** A folder with these notebooks, served by a real host; ended with the test. */
export async function aServedFolder(
  notebooks: Readonly<Record<string, Notebook>>,
  options: { readonly viewToken?: string } = {},
): Promise<JupyterFolder> {
  process.env.VIRTUAL_ENV = resolve(process.env.LOOPBOOK_TEST_PYTHON ?? join(ROOT, ".loopbook/python"));
  const { folder, stateFolder } = await aFolder(notebooks);
  const host = createLocalHost({ stateFolder, version: "0.0.0-test", logger: silentLogger });
  const server = await startServer({
    host,
    folder,
    kind: "up",
    port: 0,
    stateFolder,
    logger: silentLogger,
    version: "0.0.0-test",
    env: { ...process.env, LOOPBOOK_NAME: "Ana" },
    ...options,
  });
  onTestFinished(async () => {
    await server.close();
    await host.close();
  });
  return { host, server, folder, stateFolder };
}

export interface Program {
  say(line: string): void;
  /** The next line that it prints. */
  next(): Promise<string>;
  readonly ended: Promise<number | null>;
}

/** A program in the Jupyter environment; ended with the test. */
export function aPythonProgram(source: string, words: readonly string[]): Program {
  const child = spawn(JUPYTER_PYTHON, ["-u", "-c", source, ...words], { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  let wake = (): void => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((done) => {
    child.once("close", (code) => {
      done(code);
      wake();
    });
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const next = async (): Promise<string> => {
    const until = Date.now() + LIMIT_MS;
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) return line;
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`the program said nothing more (exit ${child.exitCode}): ${errors.slice(-2000)}`);
      await new Promise<void>((resume) => {
        const timer = setTimeout(resume, 500);
        wake = () => {
          clearTimeout(timer);
          resume();
        };
      });
    }
  };
  return { ended, next, say: (line) => child.stdin.write(`${line}\n`) };
}
