/** How high a cell will be, from what it holds: near enough for a scroll bar, until it is drawn and measured. Pure. */
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { storedOf } from "../../document/output-face.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { textOf } from "../outputs/mime.ts";

const LINE = 21;
/** Around a cell's source, and between cells. */
const FRAME = 40;
const OUTPUT_LINES = 31;

/** @param hidesCode as the reader view may. */
export function guessHeight(cell: CellSnapshot, hidesCode = false): number {
  if (hidesCode && cell.cellType === "code" && cell.outputs.length === 0) return 0;
  const lines = cell.cellType === "markdown" ? markdownLines(cell.source) : countLines(cell.source);
  let height = FRAME + (hidesCode && cell.cellType === "code" ? 0 : lines * LINE);
  for (const output of cell.outputs.slice(0, 60)) height += 8 + guessOutput(output);
  return height;
}

function guessOutput(output: Output): number {
  switch (output.output_type) {
    case "stream":
      return Math.min(OUTPUT_LINES, countLines(output.text)) * 20;
    case "error":
      return 60 + Math.min(OUTPUT_LINES, output.traceback.length * 3) * 20;
    default: {
      const data = output.data ?? {};
      const stored = storedOf(output);
      const forms = stored?.kind === "value" ? stored.forms : data;
      if (Object.keys(forms).some((mime) => mime.startsWith("image/"))) return 320;
      const text = Math.min(OUTPUT_LINES, countLines(textOf(data["text/plain"]))) * 20;
      return forms["text/html"] === undefined ? text : text * 1.5 + 40;
    }
  }
}

function markdownLines(source: string): number {
  let lines = 0;
  for (const line of source.split("\n")) lines += line.startsWith("#") ? 2 : Math.ceil(line.length / 90);
  return Math.max(1, lines);
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1 && lines < 2000; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
