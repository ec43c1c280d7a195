/**
 * What git's last commit holds of a file. The repository may be anybody's: nothing that it configures is run. Only
 * plumbing is called (`cat-file`: no filters, no textconv, no hooks, no pager), without a shell, without the machine's
 * and the user's configuration, with every transport forbidden (a partial clone would fetch, by a command of its own
 * choosing: https://git-scm.com/docs/git#Documentation/git.txt-codeGITALLOWPROTOCOLcode), and with limits of time and size.
 */
import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { devNull } from "node:os";
import { basename, dirname } from "node:path";

export interface GitHead {
  readonly type: "head";
  /** Its whole name. */
  readonly commit: string;
  readonly atMs: number;
  readonly author: string;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** There is nothing to compare with, and why: a sentence for a person. */
export interface NoGitHead {
  readonly type: "none";
  readonly why: "no-git" | "no-repository" | "not-committed" | "too-big" | "refused";
  readonly message: string;
}

/** A bigger file is not read. */
export const MAX_HEAD_BYTES = 64 * 1024 * 1024;
const MAX_COMMIT_BYTES = 1024 * 1024;
const TIME_LIMIT_MS = 5_000;

/** Said on the command line, these have the last word. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.sshCommand=false",
  "core.askPass=",
  "credential.helper=",
  "protocol.allow=never",
  "safe.bareRepository=explicit",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

/** @param path absolute. Never rejects for what is wrong with the repository. */
export async function readGitHead(path: string): Promise<GitHead | NoGitHead> {
  const real = await realpath(path).catch(() => path);
  const folder = dirname(real);
  const object = `HEAD:./${basename(real)}`;
  const said = await git(folder, ["cat-file", "commit", "HEAD"], MAX_COMMIT_BYTES);
  if (!said.ok) return none(said.why);
  const size = await git(folder, ["cat-file", "-s", object], 1_000);
  if (!size.ok)
    return none(size.why === "failed" || size.why === "no-repository" ? "not-committed" : size.why);
  if (Number(size.bytes.toString()) > MAX_HEAD_BYTES) return none("too-big");
  const blob = await git(folder, ["cat-file", "blob", object], MAX_HEAD_BYTES + 1);
  const name = await git(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], 1_000);
  if (!blob.ok || !name.ok) return none("refused");
  return {
    type: "head",
    commit: name.bytes.toString().trim(),
    ...commitFacts(said.bytes.toString()),
    bytes: blob.bytes,
  };
}

type Said =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: NoGitHead["why"] | "failed" };

function git(cwd: string, args: readonly string[], maxBuffer: number): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      "git",
      ["--no-pager", "--no-replace-objects", "--literal-pathspecs", ...SETTINGS, ...args],
      {
        cwd,
        env: cleanEnvironment(),
        encoding: "buffer",
        maxBuffer,
        timeout: TIME_LIMIT_MS,
        killSignal: "SIGKILL",
        shell: false,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, bytes: stdout });
        resolve({ ok: false, why: whyOf(error, stderr.toString()) });
      },
    );
  });
}

/** Nothing of `GIT_*` that we were started with, and of the rest only how git is found. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(SystemRoot !== undefined && { SystemRoot }),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_SYSTEM: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
  };
}

function whyOf(
  error: Error & { code?: unknown; killed?: boolean },
  stderr: string,
): NoGitHead["why"] | "failed" {
  if (error.code === "ENOENT") return "no-git";
  if (error.killed || error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "refused";
  if (/dubious ownership/.test(stderr)) return "refused";
  if (/not a git repository|safe\.bareRepository/i.test(stderr)) return "no-repository";
  return "failed";
}

const MESSAGES: Readonly<Record<NoGitHead["why"], string>> = {
  "no-git": "There is no git on this machine, so there is no commit to compare with.",
  "no-repository": "This notebook is in no git repository. Its own versions are in the list.",
  "not-committed": "Git's last commit does not have this notebook yet. Its own versions are in the list.",
  "too-big": `What git's last commit has of this notebook is bigger than ${MAX_HEAD_BYTES / 1024 / 1024} MB, too big to compare.`,
  refused: "Git would not read this repository: it is another account's, or took too long.",
};

function none(why: NoGitHead["why"] | "failed"): NoGitHead {
  // A repository without a commit fails at its HEAD.
  const known = why === "failed" ? "not-committed" : why;
  return { type: "none", why: known, message: MESSAGES[known] };
}

/** Of a commit object as git stores it (gitformat-commit). */
export function commitFacts(text: string): Pick<GitHead, "author" | "atMs" | "subject"> {
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const author = /^author (.*) <[^>\n]*> (\d+) [-+]\d{4}$/m.exec(head);
  const subject = end === -1 ? "" : (text.slice(end + 2).split("\n")[0] ?? "");
  return {
    author: (author?.[1] ?? "").slice(0, 200),
    atMs: Number(author?.[2] ?? 0) * 1_000,
    subject: subject.slice(0, 300),
  };
}
