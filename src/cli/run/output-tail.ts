/**
 * What cells have said since the last look, for `--log-output`, `--stdout-file`, `--stderr-file`. Pure.
 * Streams are given as they grow; when a progress bar rewrote its line, that line comes again.
 */
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

export class OutputTail {
  private readonly cells = new Map<CellId, Seen[]>();

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
  return outputs[0].output_type !== "stream" || outputs[0].text.length >= first.text.length;
}

function newPiece(output: Output, known: Seen | undefined): OutputPiece {
  switch (output.output_type) {
    case "stream": {
      const channel = output.name === "stderr" ? "stderr" : "stdout";
      const old = known?.output.output_type === "stream" ? known.text : "";
      if (output.text.startsWith(old)) return { channel, text: output.text.slice(old.length) };
      // A carriage return rewrote a line: give it again from where it differs, from its beginning.
      const from = output.text.lastIndexOf("\n", commonLength(old, output.text) - 1) + 1;
      return { channel, text: `\n${output.text.slice(from)}` };
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

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
