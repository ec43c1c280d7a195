/** A difference of two notebooks, and a notebook itself, as lines for a terminal. Pure. */
import type { CellDiff, KeyChange, NotebookDiff, TextHunk } from "../../nbformat/merge/diff-notebooks.ts";
import { linesOf } from "../../nbformat/merge/merge-text.ts";
import type { Cell, Notebook, Output } from "../../nbformat/notebook.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import type { Colours } from "../terminal/terminal.ts";
import { cutTo, plainText } from "../terminal/text.ts";

/** Values and outputs are told in one line of at most this. */
const MAX_WIDTH = 100;

export function diffLines(diff: NotebookDiff, colours: Colours): string[] {
  const lines: string[] = [];
  for (const cell of diff.cells) lines.push(...cellLines(cell, colours), "");
  const ofNotebook = [...diff.metadata, ...diff.fields];
  if (ofNotebook.length > 0)
    lines.push(colours.bold("notebook"), ...ofNotebook.flatMap((change) => keyLines(change, colours)), "");
  return lines.slice(0, -1);
}

function cellLines(diff: CellDiff, colours: Colours): string[] {
  if (diff.type !== "changed") {
    const { cell } = diff;
    const isAdded = diff.type === "added";
    const paint = isAdded ? colours.green : colours.red;
    const sign = isAdded ? "+" : "-";
    return [
      colours.bold(`cell ${diff.index + 1} ${diff.type} (${cell.cell_type}, ${diff.id})`),
      ...signed(sign, cell.source, paint),
      ...outputsOf(cell).map((output) => paint(`${sign} ${outputLine(output)}`)),
    ];
  }
  const notes = [
    diff.isMoved ? `moved from ${diff.indexBefore + 1}` : "",
    diff.cellType === diff.cellTypeBefore ? diff.cellType : `${diff.cellTypeBefore} → ${diff.cellType}`,
    diff.id,
  ].filter((note) => note !== "");
  return [
    colours.bold(`cell ${diff.index + 1} changed (${notes.join(", ")})`),
    ...diff.source.flatMap((hunk) => hunkLines(hunk, colours)),
    ...diff.metadata.flatMap((change) => keyLines(change, colours)),
    ...diff.fields.flatMap((change) => keyLines(change, colours)),
    ...(diff.executionCount === null
      ? []
      : [`  count ${diff.executionCount.before ?? "none"} → ${diff.executionCount.after ?? "none"}`]),
    ...(diff.outputs === null ? [] : outputChanges(diff.outputs.before, diff.outputs.after, colours)),
  ];
}

function hunkLines({ beforeLine, before, after }: TextHunk, colours: Colours): string[] {
  return [
    colours.cyan(`  line ${beforeLine}`),
    ...signed("-", before, colours.red),
    ...signed("+", after, colours.green),
  ];
}

function keyLines({ key, before, after }: KeyChange, colours: Colours): string[] {
  const line = (sign: string, value: JsonValue): string =>
    cutTo(`${sign} ${key}: ${JSON.stringify(value)}`, MAX_WIDTH);
  return [
    ...(before === undefined ? [] : [colours.red(line("-", before))]),
    ...(after === undefined ? [] : [colours.green(line("+", after))]),
  ];
}

/** Those that both have are left out. */
function outputChanges(before: readonly Output[], after: readonly Output[], colours: Colours): string[] {
  const isIn = (list: readonly Output[], output: Output): boolean =>
    list.some((other) => jsonEqual(other as JsonValue, output as JsonValue));
  return [
    ...before
      .filter((output) => !isIn(after, output))
      .map((output) => colours.red(`- ${outputLine(output)}`)),
    ...after
      .filter((output) => !isIn(before, output))
      .map((output) => colours.green(`+ ${outputLine(output)}`)),
  ];
}

function outputLine(output: Output): string {
  const told = (what: string, text: string): string => {
    const [first = "", ...rest] = plainText(text).trimEnd().split("\n");
    const more =
      rest.length === 0 ? "" : ` (and ${rest.length} more ${rest.length === 1 ? "line" : "lines"})`;
    return `${what} ${cutTo(first, MAX_WIDTH)}${more}`;
  };
  if (output.output_type === "stream") return told(`${output.name}:`, output.text);
  if (output.output_type === "error") return told("error:", `${output.ename}: ${output.evalue}`);
  const types = Object.keys(output.data);
  const plain = output.data["text/plain"];
  const others = types.filter((type) => type !== "text/plain");
  const what = others.length > 0 ? `${others.join(", ")}:` : "result:";
  return told(what, typeof plain === "string" ? plain : `${JSON.stringify(output.data).length} characters`);
}

/** A whole notebook as text that git can compare line by line. */
export function notebookLines(notebook: Notebook): string[] {
  return notebook.cells.flatMap((cell, index) => [
    `# cell ${index + 1} (${[cell.cell_type, cell.id].filter((part) => part !== undefined).join(", ")})`,
    ...(Object.keys(cell.metadata).length > 0 ? [`# ${JSON.stringify(cell.metadata)}`] : []),
    ...linesOf(cell.source).map((line) => line.replace(/\n$/, "")),
    ...outputsOf(cell).map((output) => `# → ${outputLine(output)}`),
    "",
  ]);
}

function outputsOf(cell: Cell): readonly Output[] {
  return cell.cell_type === "code" ? cell.outputs : [];
}

function signed(sign: string, text: string, paint: (line: string) => string): string[] {
  return linesOf(text).map((line) => paint(plainText(`${sign} ${line.replace(/\n$/, "")}`)));
}
