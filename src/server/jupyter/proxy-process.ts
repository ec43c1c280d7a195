/**
 * A stock Jupyter server with JupyterLab, found in the user's Python environments, started for this process and ended
 * with it. It listens on a socket in a folder that nobody else can enter, so it needs no token of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { findKernelSpecs, prefixOfSpec } from "../../compute/local/kernelspecs.ts";
import {
  listFolder,
  pythonOf,
  pythonPrefixes,
  type Surroundings,
  sitePackagesOf,
} from "../../compute/local/python-prefixes.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { JupyterBehind } from "./proxy.ts";

const START_LIMIT_MS = 90_000;
const POLL_MS = 50;
const END_LIMIT_MS = 5_000;
const KEPT_ERRORS = 4_000;

export interface JupyterProcess extends JupyterBehind {
  readonly version: string;
  readonly pid: number;
  /** Settles when it ended, whoever ended it; with what it said last. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

interface FoundLab {
  readonly python: string;
  readonly version: string;
}

/**
 * Ends by itself when the pipe at its standard input is closed, and so also when this process is killed.
 * JupyterLab asks questions at standard input only when it is interrupted at a terminal.
 */
const PROGRAM = `
import os, shutil, signal, sys, threading
place = sys.argv.pop(1)
pipe = os.dup(0)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
def watch():
    while os.read(pipe, 1024):
        pass
    shutil.rmtree(place, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Timer(3, os._exit, (1,)).start()
threading.Thread(target=watch, daemon=True).start()
from jupyterlab.labapp import main
main()
`;

/** @throws LoopbookError `no-jupyterlab`, `jupyter-did-not-start`. */
export async function startJupyter(
  folder: string,
  options: { readonly python?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<JupyterProcess> {
  if (process.platform === "win32") {
    throw new LoopbookError(
      "no-jupyterlab",
      "`loopbook jupyter` needs local sockets as Unix has them. On Windows use it in WSL.",
    );
  }
  const env = options.env ?? process.env;
  const { python, version } = findLab(env, options.python);
  // Short: a socket's path has room for about a hundred characters.
  const place = mkdtempSync(join(tmpdir(), "loopbook-lab-"));
  const socketPath = join(place, "s");
  const child = spawn(python, ["-c", PROGRAM, place, ...settings(folder, socketPath)], {
    cwd: folder,
    env,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-KEPT_ERRORS);
  });
  const ended = new Promise<string>((done) => {
    const end = (): void => {
      rmSync(place, { recursive: true, force: true });
      done(lastWords(errors));
    };
    child.once("close", end);
    child.once("error", (error) => {
      errors += error.message;
      end();
    });
  });
  try {
    await untilItAnswers(socketPath, ended);
  } catch (error) {
    await stop(child, ended);
    throw error;
  }
  return { socketPath, version, pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
}

function settings(folder: string, socketPath: string): string[] {
  return [
    "--no-browser",
    `--ServerApp.sock=${socketPath}`,
    "--ServerApp.sock_mode=0600",
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.base_url=/",
    "--IdentityProvider.token=",
    "--PasswordIdentityProvider.hashed_password=",
    "--ServerApp.allow_remote_access=True",
    // Whoever comes here has passed our own guard, which knows the page's origin.
    "--ServerApp.disable_check_xsrf=True",
    "--ServerApp.allow_origin=*",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/** The first environment that has both packages; found by looking at files. */
function findLab(env: NodeJS.ProcessEnv, named: string | undefined): FoundLab {
  const at: Surroundings = { env, homeDir: homedir(), platform: process.platform, cwd: process.cwd() };
  const prefixes =
    named === undefined
      ? [
          ...pythonPrefixes(at).map(({ path }) => path),
          ...findKernelSpecs({ env }).specs.map((spec) => prefixOfSpec(spec)),
        ]
      : [prefixOfNamed(named)];
  const looked = [...new Set(prefixes)].flatMap((prefix) => {
    const python = pythonOf(prefix, at.platform);
    return python === null ? [] : [{ python, packages: packagesOf(prefix, at.platform) }];
  });
  for (const { python, packages } of looked) {
    const version = packages.get("jupyterlab");
    if (version !== undefined && packages.has("jupyter_collaboration")) return { python, version };
  }
  const [nearest] = looked;
  const half = looked.find(({ packages }) => packages.has("jupyterlab"));
  const python = half?.python ?? nearest?.python ?? "python3";
  const missing = half === undefined ? "jupyterlab jupyter-collaboration" : "jupyter-collaboration";
  throw new LoopbookError(
    "no-jupyterlab",
    `${half === undefined ? "JupyterLab" : "JupyterLab's live collaboration"} was not found${
      looked.length === 0 ? "" : ` (in ${looked.map((one) => one.python).join(", ")})`
    }. Install it with \`${python} -m pip install ${missing}\`, or name the Python that has it with --python.`,
  );
}

/** `…/bin/python` or the environment's folder. */
function prefixOfNamed(named: string): string {
  return /[/\\]bin[/\\]python[\d.]*$/.test(named) ? join(named, "..", "..") : named;
}

/** Names (as folders of packages spell them) and versions. */
function packagesOf(prefix: string, platform: NodeJS.Platform): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of sitePackagesOf(prefix, platform)) {
    for (const name of listFolder(folder)) {
      const [, project, version] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? [];
      if (project && version) found.set(project.toLowerCase().replaceAll("-", "_"), version);
    }
  }
  return found;
}

async function untilItAnswers(socketPath: string, ended: Promise<string>): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  let words: string | null = null;
  void ended.then((last) => {
    words = last;
  });
  while (!(await answers(socketPath))) {
    if (words !== null) throw didNotStart(`it ended: ${words}`);
    if (Date.now() > limit) throw didNotStart(`it did not answer in ${START_LIMIT_MS / 1000} s`);
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}

function didNotStart(why: string): LoopbookError {
  return new LoopbookError(
    "jupyter-did-not-start",
    `JupyterLab's server did not start: ${why}. See whether \`jupyter lab\` alone does.`,
  );
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: "/api", headers: { host: "localhost" } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("error", () => resolve(false));
    asked.setTimeout(2_000, () => asked.destroy());
    asked.end();
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), END_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

/** Its last line that is no traceback's frame. */
function lastWords(errors: string): string {
  const lines = errors.split("\n").filter((line) => line.trim() !== "" && !line.startsWith(" "));
  return lines.at(-1)?.slice(0, 300) ?? "it said nothing";
}
