/**
 * For browser tests: the real server with a real host in this process, real kernels, the built page, and Chromium.
 * `LOOPBOOK_TEST_CHROMIUM` names another browser than Debian's.
 */
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { startJupyter } from "../../src/server/jupyter/proxy-process.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { JsonObject } from "../../src/util/json.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE_FOLDER = join(ROOT, "dist/web");
const JUPYTER_FOLDER = resolve(process.env.LOOPBOOK_TEST_JUPYTER ?? join(ROOT, ".loopbook/jupyter"));
const PYTHON_FOLDER = resolve(process.env.LOOPBOOK_TEST_PYTHON ?? join(ROOT, ".loopbook/python"));

/** Builds the page when it is missing or older than its sources. */
export async function buildPage(): Promise<string> {
  const index = join(PAGE_FOLDER, "index.html");
  const { stdout } = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "-com", "--exclude-standard", "src"],
    {
      cwd: ROOT,
      maxBuffer: 1 << 24,
    },
  );
  const newest = Math.max(
    ...stdout
      .split("\0")
      .map((path) => join(ROOT, path))
      .filter((path) => !path.endsWith(".test.ts") && existsSync(path))
      .map((path) => statSync(path).mtimeMs),
  );
  if (!existsSync(index) || statSync(index).mtimeMs < newest) {
    // In a process of its own: a test runner's NODE_ENV would give a development build.
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "--config", join(ROOT, "src/web/vite.config.ts"), "--logLevel", "error"];
    await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: "production" },
    });
  }
  return PAGE_FOLDER;
}

export interface ServedFolder {
  readonly host: Host;
  readonly server: RunningServer;
  readonly folder: string;
  /** Where host and server keep theirs. */
  readonly stateFolder: string;
  /** The server goes away; notebooks, kernels and runs stay. */
  stopServer(): Promise<void>;
  /** It comes back at the same address. */
  startServerAgain(): Promise<void>;
  close(): Promise<void>;
}

/** A folder with these notebooks, served. Names end in `.ipynb`; a string is the path of a file to copy. */
export async function serveNotebooks(
  notebooks: Readonly<Record<string, Notebook | string>>,
  options: {
    readonly title?: string;
    readonly viewToken?: string;
    /** A stock JupyterLab beside our page. */
    readonly withJupyterLab?: boolean;
  } = {},
): Promise<ServedFolder> {
  // The kernelspecs of the tests' own Python are found as those of an active environment.
  process.env.VIRTUAL_ENV = PYTHON_FOLDER;
  const root = await mkdtemp(join(tmpdir(), "loopbook-browser-"));
  const folder = join(root, "vision");
  const stateFolder = join(root, "state");
  await mkdir(folder);
  for (const [name, content] of Object.entries(notebooks)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    if (typeof content === "string") await copyFile(content, join(folder, name));
    else await writeFile(join(folder, name), serialiseNotebook(content));
  }
  const host = createLocalHost({ stateFolder, version: "0.0.0-test", logger: silentLogger });
  const [pageFolder, jupyter] = await Promise.all([
    buildPage(),
    options.withJupyterLab ? startJupyter(folder, { python: JUPYTER_FOLDER }) : undefined,
  ]);
  const start = (more: { readonly port: number; readonly token?: string }): Promise<RunningServer> =>
    startServer({
      host,
      folder,
      kind: "up",
      stateFolder,
      logger: silentLogger,
      version: "0.0.0-test",
      pageFolder,
      ...(options.title === undefined ? {} : { title: options.title }),
      ...(options.viewToken === undefined ? {} : { viewToken: options.viewToken }),
      ...(jupyter === undefined ? {} : { jupyter }),
      ...more,
    });
  const first = await start({ port: 0 });
  let running: RunningServer | null = first;
  return {
    host,
    server: first,
    folder,
    stateFolder,
    stopServer: async () => {
      await running?.close();
      running = null;
    },
    startServerAgain: async () => {
      running ??= await start({ port: first.port, token: first.token });
    },
    close: async () => {
      await running?.close();
      await Promise.all([host.close(), jupyter?.stop()]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.LOOPBOOK_TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's console reported as errors; a test ends by looking at it. */
  readonly errors: readonly string[];
}

/** A signed-in page at a notebook (or, without one, at the folder). */
export async function openPage(
  browser: Browser,
  served: ServedFolder,
  notebook: string | null,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(served.server.addressOf(notebook ?? undefined));
  await page.waitForSelector(notebook === null ? "h1" : "[data-cell]");
  return { page, context, errors };
}

export function codeCell(id: string, source: string, ...tags: string[]): Cell {
  return {
    id,
    cell_type: "code",
    metadata: tags.length === 0 ? {} : { tags },
    source,
    execution_count: null,
    outputs: [],
  };
}

export function markdownCell(id: string, source: string): Cell {
  return { id, cell_type: "markdown", metadata: {}, source };
}

export function notebookOf(cells: readonly Cell[], metadata: JsonObject = {}): Notebook {
  const kernelspec = { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" };
  return { cells: [...cells], metadata: { kernelspec, ...metadata }, nbformat: 4, nbformat_minor: 5 };
}

export const rootFolder = ROOT;
export const nameOf = (path: string): string => basename(path);
