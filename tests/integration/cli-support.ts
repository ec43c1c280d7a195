/** For tests of the command line: real processes in a folder and a state folder of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { endHeldKernels } from "./held-support.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The Python environment of the tests (made by `npm run setup`). */
export const PYTHON_PREFIX = prefixOf(process.env.LOOPBOOK_TEST_PYTHON ?? join(ROOT, ".loopbook/python"));
export const PYTHON = join(PYTHON_PREFIX, "bin/python");
const CLI = join(ROOT, "src/cli/main.ts");
const LIMIT_MS = 40_000;

function prefixOf(path: string): string {
  const absolute = resolve(path);
  return absolute.endsWith("/bin/python") ? resolve(absolute, "../..") : absolute;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** Waits until standard output and error together hold this. */
  says(what: string | RegExp): Promise<void>;
}

export interface StartOptions {
  readonly input?: string;
  /** Keeps standard input open; write to `process.stdin`. */
  readonly openInput?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly command?: readonly string[];
}

/** A folder for notebooks with a state folder beside it; everything that was started is ended by `remove`. */
export class CliFolder {
  readonly path = mkdtempSync(join(tmpdir(), "loopbook-cli-"));
  readonly home = join(this.path, ".state");
  readonly cli = CLI;
  private readonly children = new Set<ChildProcess>();

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|VITEST|NODE_OPTIONS|FORCE_COLOR|LOOPBOOK_)/.test(name),
    );
    return {
      ...Object.fromEntries(kept),
      VIRTUAL_ENV: PYTHON_PREFIX,
      JUPYTER_PREFER_ENV_PATH: "1",
      LOOPBOOK_HOME: this.home,
      LOOPBOOK_NAME: "Ana",
      BROWSER: "none",
      NO_COLOR: "1",
      ...more,
    };
  }

  start(args: readonly string[], options: StartOptions = {}): Running {
    const [program = process.execPath, ...before] = options.command ?? [process.execPath, CLI];
    const withInput = options.input !== undefined || options.openInput;
    const child = spawn(program, [...before, ...args], {
      cwd: this.path,
      env: this.env(options.env),
      stdio: [withInput ? "pipe" : "ignore", "pipe", "pipe"],
    });
    this.children.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    if (options.input !== undefined) child.stdin?.end(options.input);
    const ended = new Promise<Ended>((done) => {
      child.once("close", (code, signal) => {
        this.children.delete(child);
        done({ code, signal, stdout, stderr });
      });
    });
    return {
      process: child,
      ended,
      stdout: () => stdout,
      stderr: () => stderr,
      says: (what) =>
        until(
          () => (typeof what === "string" ? (stdout + stderr).includes(what) : what.test(stdout + stderr)),
          () => `waiting for ${what}; stdout: ${stdout}; stderr: ${stderr}`,
        ),
    };
  }

  run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** The JSON that a command prints. */
  async json<T>(args: readonly string[]): Promise<T> {
    const { stdout, stderr, code } = await this.run([...args, "--json"]);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  exists(name: string): boolean {
    return existsSync(this.file(name));
  }

  write(name: string, text: string): string {
    writeFileSync(this.file(name), text);
    return this.file(name);
  }

  notebook(name: string, cells: readonly TestCell[], kernel = "python3", language = "python"): string {
    return this.write(name, notebookText(cells, kernel, language));
  }

  read(name: string): TestNotebook {
    return JSON.parse(readFileSync(this.file(name), "utf8")) as TestNotebook;
  }

  async remove(): Promise<void> {
    await this.run(["down", "--all"]);
    const ends = [...this.children].map((child) => {
      const gone = new Promise((done) => child.once("close", done));
      child.kill("SIGKILL");
      return gone;
    });
    await Promise.all(ends);
    // Kernels of runs outlive these.
    await endHeldKernels(this.home);
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface TestCell {
  readonly source: string;
  readonly tags?: readonly string[];
  readonly type?: "code" | "markdown";
  readonly id?: string;
}

export interface TestNotebook {
  readonly metadata: Record<string, unknown>;
  readonly cells: readonly {
    readonly id: string;
    readonly cell_type: string;
    readonly source: string | string[];
    readonly metadata: {
      readonly tags?: string[];
      readonly papermill?: { status: string };
      readonly loopbook?: { status?: string };
    };
    readonly execution_count?: number | null;
    readonly outputs?: readonly { readonly output_type: string; readonly text?: string | string[] }[];
  }[];
}

export function notebookText(cells: readonly TestCell[], kernel = "python3", language = "python"): string {
  return `${JSON.stringify(
    {
      cells: cells.map(({ source, tags, type = "code", id }, i) => ({
        cell_type: type,
        ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
        id: id ?? `c${i + 1}`,
        metadata: tags === undefined ? {} : { tags },
        source: source.split(/(?<=\n)/),
      })),
      metadata: {
        kernelspec: { display_name: kernel, language, name: kernel },
        language_info: { name: language },
      },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`;
}

export function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join("") : (value ?? "");
}

/** What the cells of a notebook printed, joined. */
export function printedBy({ cells }: TestNotebook): string {
  return cells
    .flatMap(({ outputs }) => outputs ?? [])
    .map(({ text }) => textOf(text))
    .join("");
}

/** Waits for a condition, with a limit. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const limit = Date.now() + LIMIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > limit) throw new Error(`It did not happen in ${LIMIT_MS / 1000} s: ${what()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
