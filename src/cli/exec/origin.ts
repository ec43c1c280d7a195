/** Where a wrapped command comes from: recorded in its notebook. What cannot be found out at once is left out. */
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { basename, extname, resolve } from "node:path";
import type { AttachBody } from "../../api/attached.ts";

const SOURCE_LIMIT_BYTES = 500_000;
const GIT_LIMIT_MS = 500;

type Origin = AttachBody["origin"];

export async function originOf(
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Origin> {
  const script = scriptOf(words, cwd);
  const git = await gitOf(cwd);
  const virtual = env.VIRTUAL_ENV ?? env.CONDA_PREFIX;
  return {
    argv: words.slice(0, 1_000),
    cwd,
    ...(script && { script: script.path, source: script.source }),
    ...(git && { git }),
    environment: {
      platform: `${platform()} ${release()} ${arch()}`,
      ...(virtual !== undefined && { python: virtual }),
    },
  };
}

/** `python train.py --lr 0.1` is `train`. */
export function nameOf(words: readonly string[], cwd: string): string {
  const path = scriptOf(words, cwd)?.path ?? words[0] ?? "command";
  return basename(path, extname(path)) || "command";
}

/** The first word that is a file of text; the program itself only where it is one. */
function scriptOf(
  words: readonly string[],
  cwd: string,
): { readonly path: string; readonly source: string } | null {
  for (const word of words.slice(0, 20)) {
    const path = resolve(cwd, word);
    try {
      const stat = statSync(path);
      if (!stat.isFile() || stat.size > SOURCE_LIMIT_BYTES) continue;
      const bytes = readFileSync(path);
      if (!bytes.includes(0)) return { path, source: bytes.toString("utf8") };
    } catch {
      // Not a file of ours.
    }
  }
  return null;
}

async function gitOf(cwd: string): Promise<Origin["git"] | null> {
  const [commit, branch, changes, remote] = await Promise.all([
    git(cwd, "rev-parse", "HEAD"),
    git(cwd, "rev-parse", "--abbrev-ref", "HEAD"),
    git(cwd, "status", "--porcelain", "--untracked-files=no"),
    git(cwd, "config", "--get", "remote.origin.url"),
  ]);
  if (commit === null) return null;
  return {
    commit,
    dirty: changes !== null && changes !== "",
    ...(branch !== null && branch !== "HEAD" && { branch }),
    // An address may hold a password.
    ...(remote !== null && { remote: remote.replace(/\/\/[^@/]*@/, "//") }),
  };
}

function git(cwd: string, ...words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("git", ["-C", cwd, ...words], { timeout: GIT_LIMIT_MS }, (error, stdout) =>
      resolve(error ? null : stdout.trim()),
    );
  });
}
