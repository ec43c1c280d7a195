/**
 * What cells have said since the last look, for `--log-output`, `--stdout-file`, `--stderr-file`. Pure.
 * Streams are given as they grow; when a progress bar rewrote its line, that line comes again.
 */
import { storedOf } from "../../document/output-face.ts";
import type { Output } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";

export interface OutputPiece {
  readonly channel: "stdout" | "stderr" | "result" | "error";
  readonly text: string;
}

interface Seen {
  readonly output: Output;
  /** Of a stream: what was given already. */
  readonly text: string;
}

/** What a stream says that is too long for the notebook; see `LogGrowth`. */
export interface LogPiece {
  readonly cellId: CellId;
  readonly ref: string;
  readonly name: string;
  readonly drop: number;
  readonly text: string;
}

/** Logs whose last line is remembered; more in one run are of cells that ended long ago. */
const MAX_LOGS = 1_000;

export class OutputTail {
  private readonly cells = new Map<CellId, Seen[]>();
  /** The last line of each log, without an end. */
  private readonly lastLines = new Map<string, string>();

  /** The piece that is new in a log; its face in the cell's outputs then says nothing more. */
  takeLog({ cellId, ref, name, drop, text }: LogPiece): OutputPiece[] {
    const channel = channelOf(name);
    const last = this.lastLines.get(ref);
    const line = `${last?.slice(0, last.length - drop) ?? ""}${text}`;
    this.lastLines.delete(ref);
    this.lastLines.set(ref, line.slice(line.lastIndexOf("\n") + 1));
    const [oldest] = this.lastLines.keys();
    if (this.lastLines.size > MAX_LOGS && oldest !== undefined) this.lastLines.delete(oldest);
    if (last !== undefined) return [{ channel, text: drop > 0 ? `\n${line}` : text }];
    // It was short until now, and the beginning was given.
    const known = this.cells
      .get(cellId)
      ?.findLast(({ output }) => output.output_type === "stream" && output.name === name && !isFace(output));
    return [{ channel, text: newText(text, known?.text ?? "") }];
  }

  /** What was given of the stream at this place, as long as it was short. */
  given(cell: CellId, index: number): string {
    return this.cells.get(cell)?.[index]?.text ?? "";
  }

  /** The pieces that are new in this cell's outputs. */
  take(cell: CellId, outputs: readonly Output[]): OutputPiece[] {
    const before = this.cells.get(cell) ?? [];
    // Fewer outputs, or another kind in the first place: the cell runs anew.
    const isNewRun = outputs.length < before.length || !startsAlike(before, outputs);
    const seen = isNewRun ? [] : before;
    const pieces: OutputPiece[] = [];
    const now = outputs.map((output, i): Seen => {
      const known = seen[i];
      if (known?.output === output) return known;
      if (output.output_type === "stream" && isFace(output)) return { output, text: "" };
      const piece = newPiece(output, known);
      if (piece.text !== "") pieces.push(piece);
      return { output, text: output.output_type === "stream" ? output.text : "" };
    });
    this.cells.set(cell, now);
    return pieces;
  }
}

function startsAlike(before: readonly Seen[], outputs: readonly Output[]): boolean {
  const first = before[0];
  if (first === undefined || outputs[0] === undefined || first.output === outputs[0]) return true;
  if (first.output.output_type !== outputs[0].output_type) return false;
  if (isFace(outputs[0])) return true;
  return outputs[0].output_type !== "stream" || outputs[0].text.length >= first.text.length;
}

function newPiece(output: Output, known: Seen | undefined): OutputPiece {
  switch (output.output_type) {
    case "stream": {
      const old = known?.output.output_type === "stream" ? known.text : "";
      return { channel: channelOf(output.name), text: newText(output.text, old) };
    }
    case "error":
      return { channel: "error", text: `${output.traceback.join("\n")}\n` };
    default: {
      const text = output.data["text/plain"];
      const types = Object.keys(output.data).filter((type) => type !== "text/plain");
      const line = typeof text === "string" ? text : `<${types.join(", ")}>`;
      return { channel: "result", text: `${line}\n` };
    }
  }
}

function newText(text: string, old: string): string {
  if (text.startsWith(old)) return text.slice(old.length);
  // A carriage return rewrote a line: give it again from where it differs, from its beginning.
  return `\n${text.slice(text.lastIndexOf("\n", commonLength(old, text) - 1) + 1)}`;
}

const channelOf = (name: string): "stdout" | "stderr" => (name === "stderr" ? "stderr" : "stdout");
const isFace = (output: Output): boolean => storedOf(output) !== null;

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
