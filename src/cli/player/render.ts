/** A cell and its outputs in a terminal. Pure, but that images are handed to `keepImage`. */
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { type MimeBundle, type Output, tagsOf } from "../../nbformat/notebook.ts";
import type { Colours } from "../terminal/terminal.ts";
import { shownText } from "../terminal/text.ts";
import { highlight } from "./highlight.ts";

/** Longer outputs that were there already are cut; `o` shows them whole. What a cell says now is never cut. */
const OLD_OUTPUT_LINES = 12;

export interface RenderOptions {
  readonly colours: Colours;
  readonly columns: number;
  readonly language: string | null;
  /** Keeps an image in a file. @returns its address. */
  readonly keepImage: (mimeType: string, data: string) => string;
}

export function cellText(cell: CellSnapshot, index: number, count: number, options: RenderOptions): string {
  const { colours } = options;
  const tags = tagsOf(cell);
  const marks = [cell.cellType === "code" ? "" : cell.cellType, ...tags]
    .filter((text) => text !== "")
    .join(", ");
  const ran = cell.executionCount === null ? "" : ` [${cell.executionCount}]`;
  const title = ` ${index + 1}/${count}${ran}${marks === "" ? "" : ` ${marks}`} `;
  const rule = "─".repeat(Math.max(2, Math.min(options.columns, 80) - title.length - 2));
  const head = colours.dim(`──${title}${rule}`);
  if (cell.cellType === "code") return `${head}\n${highlight(cell.source, options.language, colours)}\n`;
  return `${head}\n${markdownText(cell.source, colours)}\n`;
}

/** Headings and emphasis in weight; the rest as it is written. */
function markdownText(source: string, colours: Colours): string {
  return shownText(source, colours)
    .split("\n")
    .map((line) => (/^#{1,6}\s/.test(line) ? colours.bold(line.replace(/^#+\s*/, "")) : line))
    .join("\n");
}

export function outputsText(outputs: readonly Output[], options: RenderOptions, whole: boolean): string {
  const text = outputs.map((output) => outputText(output, options)).join("");
  const lines = text.split("\n");
  if (whole || lines.length <= OLD_OUTPUT_LINES + 1) return text;
  const cut = lines.length - OLD_OUTPUT_LINES;
  return `${lines.slice(0, OLD_OUTPUT_LINES).join("\n")}\n${options.colours.dim(`… ${cut} more lines (o shows them)`)}\n`;
}

export function outputText(output: Output, options: RenderOptions): string {
  switch (output.output_type) {
    case "stream":
      return ended(
        output.name === "stderr"
          ? options.colours.yellow(shownText(output.text, options.colours))
          : shownText(output.text, options.colours),
      );
    case "error":
      return ended(
        shownText(output.traceback.join("\n"), options.colours) || `${output.ename}: ${output.evalue}`,
      );
    default:
      return ended(bundleText(output.data, options));
  }
}

/** The text of a result, and a link to each image beside it. */
export function bundleText(data: MimeBundle, options: RenderOptions): string {
  const lines: string[] = [];
  const text = data["text/plain"];
  const image = ["image/png", "image/jpeg", "image/svg+xml", "image/gif", "image/webp"].find(
    (type) => type in data,
  );
  const isFigure = typeof text === "string" && image !== undefined && /^<.*(Figure|Image).*>$/s.test(text);
  if (typeof text === "string" && !isFigure) lines.push(shownText(text, options.colours));
  else if (image === undefined) {
    const markdown = data["text/markdown"] ?? data["text/latex"];
    lines.push(
      typeof markdown === "string"
        ? shownText(markdown, options.colours)
        : `[${Object.keys(data).join(", ")}]`,
    );
  }
  if (image !== undefined) {
    const content = data[image];
    const link = options.keepImage(image, typeof content === "string" ? content : String(content));
    lines.push(`${options.colours.dim(`[${image}]`)} ${options.colours.underline(link)}`);
  }
  return lines.join("\n");
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
