/** Other programs that the player starts: an editor, a shell command. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoopbookError, messageOf } from "../../util/errors.ts";

const ENDINGS: Readonly<Record<string, string>> = {
  python: "py",
  r: "r",
  julia: "jl",
  bash: "sh",
  javascript: "js",
  scala: "scala",
};

/** Lets the person edit a text in `VISUAL` or `EDITOR`. @returns the text as it was left. */
export async function editText(
  text: string,
  language: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const editor = env.VISUAL || env.EDITOR || (process.platform === "win32" ? "notepad" : "vi");
  const folder = mkdtempSync(join(tmpdir(), "loopbook-"));
  const file = join(folder, `cell.${ENDINGS[language ?? ""] ?? "txt"}`);
  try {
    writeFileSync(file, text);
    // As git does: the variable may hold options, so a shell reads it; the file's name never passes through it.
    const code = await runProgram(`${editor} "$1"`, [file]);
    if (code !== 0)
      throw new LoopbookError("editor-failed", `${editor} ended with ${code}; the cell stays as it was.`);
    return readFileSync(file, "utf8").replace(/\n$/, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command line of the person's in their shell. */
export async function runShell(command: string): Promise<void> {
  await runProgram(command, []);
}

function runProgram(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child =
      process.platform === "win32"
        ? spawn(script.replace('"$1"', `"${args[0] ?? ""}"`), { stdio: "inherit", shell: true })
        : spawn("/bin/sh", ["-c", script, "sh", ...args], { stdio: "inherit" });
    child.once("error", (cause) => {
      reject(new LoopbookError("program-failed", `It could not be started: ${messageOf(cause)}`, { cause }));
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
