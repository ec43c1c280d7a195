/** A version: a whole notebook as it was at one moment, with who, when, why, and perhaps a name. */
import { LoopbookError } from "../../util/errors.ts";
import type { HistoryAuthor } from "./author.ts";

export type VersionReason =
  /** The first state that the history knows. */
  | "begin"
  /** Somebody gave it a name. */
  | "named"
  | "before-run"
  | "after-run"
  /** Before what another program wrote was merged. */
  | "before-merge"
  | "before-restore"
  /** People have been at work for a while. */
  | "time"
  | "closed";

export interface Version {
  /** From 1; `nb.ipynb@3` names it. */
  readonly id: number;
  readonly atMs: number;
  readonly author: HistoryAuthor;
  readonly reason: VersionReason;
  /** More of the reason: the run's name. */
  readonly note: string | null;
  readonly name: string | null;
  readonly cells: number;
  /** Where its content is. */
  readonly manifest: string;
}

/** The version that is meant by `nb.ipynb@…`. */
export type VersionRef =
  | { readonly type: "now" }
  | { readonly type: "file" }
  /** As git's last commit has it. */
  | { readonly type: "git" }
  | { readonly type: "version"; readonly version: Version };

const MAX_NAME = 120;
const RESERVED: ReadonlySet<string> = new Set(["now", "file", "git"]);

/** The name as it is kept. @throws LoopbookError `bad-version-name`. */
export function versionName(given: string): string {
  const name = given.trim();
  const fault =
    name === ""
      ? "A version's name is empty."
      : name.length > MAX_NAME
        ? `A version's name has at most ${MAX_NAME} characters.`
        : /\p{Cc}/u.test(name)
          ? "A version's name is one line of text."
          : /^#?\d+$/.test(name) || RESERVED.has(name)
            ? `"${name}" means something else already; versions have numbers, and are called now, file and git.`
            : null;
  if (fault !== null) throw new LoopbookError("bad-version-name", fault);
  return name;
}

/** `now`, `file`, `git`, a name (the newest of that name), a number. Null: there is none such. */
export function findVersion(versions: readonly Version[], wanted: string): VersionRef | null {
  if (wanted === "now" || wanted === "file") return { type: wanted };
  const named = versions.findLast(({ name }) => name === wanted);
  const number = /^#?(\d+)$/.exec(wanted)?.[1];
  const version = named ?? versions.find(({ id }) => number !== undefined && id === Number(number));
  if (version !== undefined) return { type: "version", version };
  // One may have been named so before the word had a meaning.
  return wanted === "git" ? { type: "git" } : null;
}

/** @throws LoopbookError `no-such-version`. */
export function needVersion(versions: readonly Version[], wanted: string): VersionRef {
  const found = findVersion(versions, wanted);
  if (found !== null) return found;
  throw new LoopbookError(
    "no-such-version",
    `There is no version "${wanted}" of this notebook. \`loopbook versions NOTEBOOK\` lists them.`,
    { exitCode: 2 },
  );
}
