/** A notebook's history as lines for a terminal. Pure. */
import type { HistoryAuthor, HistoryEntry, VersionView } from "../../api/history.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { dateText } from "../commands/runs.ts";
import type { Colours } from "../terminal/terminal.ts";
import { cutTo, plainText } from "../terminal/text.ts";

const MAX_WIDTH = 100;

const ACTS: Readonly<Record<HistoryEntry["acts"][number], string>> = {
  inserted: "inserted",
  deleted: "deleted",
  moved: "moved",
  source: "text",
  parameters: "parameters",
  type: "kind",
  metadata: "metadata",
  fields: "fields",
  restored: "restored",
};
const REASONS: Readonly<Record<VersionView["reason"], string>> = {
  begin: "as it was opened",
  named: "named",
  "before-run": "before a run",
  "after-run": "after a run",
  "before-merge": "before the file was merged",
  "before-restore": "before a restore",
  time: "while people worked",
  closed: "closed",
};

export const HISTORY_HEAD = ["ENTRY", "WHEN", "WHO", "CELL", "WHAT"];
export const VERSIONS_HEAD = ["VERSION", "NAME", "WHEN", "WHO", "WHY", "CELLS"];

export function historyRow(entry: HistoryEntry, now: Notebook): string[] {
  return [
    String(entry.seq),
    dateText(entry.toMs),
    authorText(entry.author),
    cellText(entry.cellId, now),
    whatText(entry),
  ];
}

export function versionRow(version: VersionView): string[] {
  const { note } = version;
  return [
    `#${version.id}`,
    plainText(version.name ?? ""),
    dateText(version.atMs),
    authorText(version.author),
    plainText(REASONS[version.reason] + (note === null ? "" : ` (${note})`)),
    String(version.cells),
  ];
}

/** `Ana/browser`. */
export function authorText({ displayName, using }: HistoryAuthor): string {
  return plainText(using === "" || using === displayName ? displayName : `${displayName}/${using}`);
}

export function blameLine(entries: readonly HistoryEntry[]): string {
  const [last, ...earlier] = entries;
  if (last === undefined) return "Nobody has changed it since its history began.";
  const before = earlier.length === 0 ? "" : `; ${earlier.length} earlier`;
  return `Last edited by ${authorText(last.author)} ${dateText(last.toMs)}${before}`;
}

/** What became of a cell's text. */
export function textLines(entry: HistoryEntry, colours: Colours): string[] {
  const lines = (sign: string, text: string, paint: (line: string) => string): string[] =>
    text === ""
      ? []
      : text
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => paint(`  ${sign} ${cutTo(plainText(line), MAX_WIDTH)}`));
  return (entry.text ?? [])
    .toReversed()
    .flatMap(({ removed, added }) => [
      ...lines("-", removed, colours.red),
      ...lines("+", added, colours.green),
    ]);
}

function whatText({ acts, added, removed, keys, isShared }: HistoryEntry): string {
  const text = acts.map((act) => ACTS[act]).join(", ");
  const amount = added > 0 || removed > 0 ? ` +${added} −${removed}` : "";
  const names = keys.length > 0 ? ` (${keys.join(", ")})` : "";
  return plainText(`${text}${amount}${names}${isShared ? ", together with others" : ""}`);
}

function cellText(cellId: string | null, { cells }: Notebook): string {
  if (cellId === null) return "notebook";
  const index = cells.findIndex(({ id }) => id === cellId);
  return plainText(index === -1 ? `${cellId}, gone` : `${index + 1} (${cellId})`);
}
