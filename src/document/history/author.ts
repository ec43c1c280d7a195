/** Who wrote something, as the history keeps it: `<who>/<with what>`; the first is verified, the second is shown. */
import type { EditOrigin } from "../live-notebook.ts";

export interface HistoryAuthor {
  /** `file`: another program wrote the notebook's file (git, another editor, a folder that is synchronised). */
  readonly kind: "person" | "pipeline" | "file";
  readonly who: string;
  readonly using: string;
  readonly displayName: string;
}

export const FILE_AUTHOR: HistoryAuthor = {
  kind: "file",
  who: "file",
  using: "",
  displayName: "Another program",
};

/** Of the state that a history begins with. */
export const BEGIN_AUTHOR: HistoryAuthor = {
  kind: "file",
  who: "begin",
  using: "",
  displayName: "As it was",
};

/** Found in the document, written by nobody that the history saw: recorded as such rather than guessed. */
export const UNSEEN_AUTHOR: HistoryAuthor = {
  kind: "file",
  who: "unseen",
  using: "",
  displayName: "Not recorded",
};

/** Loopbook itself put something right, such as a cell that two brought back at once. */
const OWN_AUTHOR: HistoryAuthor = { kind: "pipeline", who: "loopbook", using: "", displayName: "Loopbook" };
const OUTSIDE_LABELS: ReadonlySet<string> = new Set(["file", "outside"]);

/** Longer names are cut, so that a name never floods a page. */
const MAX_NAME = 80;

/** The author behind a transaction; null for what nobody wrote: the first state of a document. */
export function authorOf(origin: unknown): HistoryAuthor | null {
  if (!isEditOrigin(origin)) return UNSEEN_AUTHOR;
  const { type, label } = origin;
  if (type === "file") {
    if (label === "seed") return null;
    return OUTSIDE_LABELS.has(label) ? FILE_AUTHOR : OWN_AUTHOR;
  }
  const slash = label.indexOf("/");
  const isRun = type === "run";
  const who = slash === -1 ? (isRun ? label : "local") : label.slice(0, slash);
  const using = slash === -1 ? (isRun ? "" : label) : label.slice(slash + 1);
  const displayName = origin.displayName ?? (isRun && using !== "" ? using : who);
  return {
    kind: origin.kind ?? (isRun ? "pipeline" : "person"),
    who: who.slice(0, MAX_NAME),
    using: using.slice(0, MAX_NAME),
    displayName: displayName.slice(0, MAX_NAME),
  };
}

/** Equal for the same author, and short: a key for maps. */
export function authorKey({ kind, who, using }: HistoryAuthor): string {
  return `${kind}\n${who}\n${using}`;
}

function isEditOrigin(origin: unknown): origin is EditOrigin {
  return (
    typeof origin === "object" &&
    origin !== null &&
    "type" in origin &&
    (origin.type === "person" ||
      origin.type === "run" ||
      origin.type === "file" ||
      origin.type === "remote") &&
    "label" in origin &&
    typeof origin.label === "string"
  );
}
