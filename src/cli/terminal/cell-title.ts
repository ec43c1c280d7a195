/** How a cell is named in one line, and what it said last. Pure. */
import { type JsonObject, type Output, tagsOf } from "../../nbformat/notebook.ts";
import { lastVisibleLine, plainText } from "./text.ts";

interface CellLike {
  readonly cellType: string;
  readonly source: string;
  readonly metadata: JsonObject;
}

const HEADING = /^#{1,6}\s+(.+?)\s*#*$/;

/**
 * The heading of the Markdown cell just before, else the cell's name, else its first line that says something.
 * @param before the cell before it in the document, if any.
 */
export function cellTitle(cell: CellLike, before: CellLike | undefined): string {
  if (before?.cellType === "markdown") {
    const heading = before.source.split("\n").findLast((line) => HEADING.test(line));
    if (heading !== undefined) return plainMarkdown(HEADING.exec(heading)?.[1] ?? "");
  }
  if (typeof cell.metadata.name === "string" && cell.metadata.name !== "") return cell.metadata.name;
  const lines = cell.source.split("\n").map((line) => line.trim());
  const first = lines.find((line) => line !== "") ?? "";
  if (cell.cellType === "markdown") return plainMarkdown(first.replace(/^#+\s*/, ""));
  const comment = /^(?:#|\/\/|--|%)\s*([^\s%!].*)$/.exec(first);
  if (comment?.[1] !== undefined) return plainText(comment[1]);
  const [tag] = tagsOf(cell);
  return first === "" ? (tag ?? "(empty)") : plainText(first);
}

function plainMarkdown(text: string): string {
  return plainText(
    text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[*_`]{1,3}([^*_`]+)[*_`]{1,3}/g, "$1"),
  );
}

/** The last line of a cell's outputs, for a progress display; empty when it said nothing. */
export function lastOutputLine(outputs: readonly Output[]): string {
  for (const output of outputs.toReversed()) {
    const line = lineOf(output);
    if (line !== "") return line;
  }
  return "";
}

function lineOf(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return lastVisibleLine(output.text);
    case "error":
      return plainText(`${output.ename}: ${output.evalue}`.split("\n")[0] ?? "");
    default: {
      const types = Object.keys(output.data);
      const picture = types.find((type) => type.startsWith("image/"));
      if (picture !== undefined) return `[${picture}]`;
      const text = output.data["text/plain"];
      return typeof text === "string" ? lastVisibleLine(text) : types.length > 0 ? `[${types[0]}]` : "";
    }
  }
}
