/** HTML as PDF, by a Chromium that the machine has. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { LoopbookError, messageOf } from "../util/errors.ts";

const PROGRAMS = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "brave-browser",
];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const LIMIT_MS = 180_000;

/** @throws LoopbookError `no-browser`. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.LOOPBOOK_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new LoopbookError("no-browser", `There is no ${named}, which LOOPBOOK_CHROMIUM names.`);
  }
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = [...PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program))), ...PLACES];
  const found = paths.find(isProgram);
  if (found !== undefined) return found;
  throw new LoopbookError(
    "no-browser",
    "A PDF is made by Chromium, Chrome or Edge, and none was found on this machine. Install one, or name it by LOOPBOOK_CHROMIUM; or export HTML and print that.",
  );
}

/** @throws LoopbookError `no-browser`, `pdf-failed`. */
export async function printPdf(
  html: Iterable<string>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Buffer> {
  const program = findChromium(env);
  const folder = await mkdtemp(join(tmpdir(), "loopbook-pdf-"));
  try {
    const page = join(folder, "notebook.html");
    const pdf = join(folder, "notebook.pdf");
    await writeFile(page, html);
    await promisify(execFile)(
      program,
      [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // The file has no script, and its own policy lets it ask nobody; Chromium's sandbox does not start for root.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        `--user-data-dir=${join(folder, "profile")}`,
        "--no-pdf-header-footer",
        `--print-to-pdf=${pdf}`,
        pathToFileURL(page).href,
      ],
      { timeout: LIMIT_MS, killSignal: "SIGKILL" },
    );
    return await readFile(pdf);
  } catch (cause) {
    const why = messageOf(cause).split("\n")[0] ?? "";
    throw new LoopbookError("pdf-failed", `${program} made no PDF (${why}).`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
