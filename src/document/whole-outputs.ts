/**
 * From faces back to outputs, for files and for whoever reads a notebook as its file has it: values whole, long logs
 * as head and tail with a stated cut. Nothing of a face is left.
 */
import type { Cell, Notebook, Output, StreamOutput } from "../nbformat/notebook.ts";
import { type FileLimit, headOf, joinEnds, NO_FILE_LIMIT, planCut, tailOf } from "./file-cut.ts";
import { type StoredLog, type StoredValue, storedOf } from "./output-face.ts";
import { withoutStored } from "./output-keeper.ts";
import type { OutputReader } from "./output-store.ts";

/** The whole of a cell whose outputs take no more than this is kept with it, so that the next save finds it printed. */
const KEPT_BYTES = 256 * 1024;
/** Lines of the end that are read at a time. */
const TAIL_STEP = 500;

export class WholeOutputs {
  private readonly reader: OutputReader;
  private readonly limit: FileLimit;
  private readonly onCut: () => boolean;
  private readonly wholes = new WeakMap<Cell, Cell>();

  /** @param onCut a log is given with its middle left out. @returns whether the middle is kept all the same. */
  constructor(reader: OutputReader, limit: FileLimit, onCut: () => boolean = () => true) {
    this.reader = reader;
    this.limit = limit;
    this.onCut = onCut;
  }

  /** The same notebook where nothing of it is in the store; cells that are whole already stay the same objects. */
  async notebook(notebook: Notebook): Promise<Notebook> {
    if (!notebook.cells.some(hasFaces)) return notebook;
    const cells: Cell[] = [];
    for (const cell of notebook.cells) cells.push(await this.cell(cell));
    return { ...notebook, cells };
  }

  async cell(cell: Cell): Promise<Cell> {
    if (cell.cell_type !== "code" || !hasFaces(cell)) return cell;
    const before = this.wholes.get(cell);
    if (before) return before;
    const whole: Cell = { ...cell, outputs: [...(await this.outputs(cell.outputs))] };
    if (sizeOf(cell.outputs) <= KEPT_BYTES) this.wholes.set(cell, whole);
    return whole;
  }

  async outputs(outputs: readonly Output[]): Promise<readonly Output[]> {
    const wholes: Output[] = [];
    for (const output of outputs) wholes.push(await this.output(output));
    return wholes;
  }

  async output(output: Output): Promise<Output> {
    const stored = storedOf(output);
    if (stored === null) return output;
    return stored.kind === "value" ? this.value(output, stored) : this.log(output as StreamOutput, stored);
  }

  private async value(face: Output, { ref }: StoredValue): Promise<Output> {
    const value = await this.reader.value(ref);
    return value ? value.output : lostValue(withoutStored(face));
  }

  private async log(face: StreamOutput, { ref, asInFile }: StoredLog): Promise<Output> {
    const facts = this.reader.log(ref);
    const rest = withoutStored(face);
    if (facts === null) return rest;
    const cut = planCut(facts, asInFile ? NO_FILE_LIMIT : this.limit);
    if (cut === null) return { ...rest, text: await this.all(ref) };
    const isKept = this.onCut();
    const first = await this.reader.lines(ref, 0, cut.head.lines, { maxBytes: cut.head.bytes });
    const head = headOf(textOf(first ?? []), cut.head);
    const tail = tailOf(await this.last(ref, facts.lines, cut.tail), cut.tail);
    return { ...rest, text: joinEnds(head, tail, facts, isKept) };
  }

  private async all(ref: StoredLog["ref"]): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of this.reader.text(ref) ?? []) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  }

  /** At least as much of the end as fits. */
  private async last(ref: StoredLog["ref"], lines: number, most: FileLimit): Promise<string> {
    let text = "";
    for (let to = lines; to > 0 && lines - to < most.lines && text.length < most.bytes; to -= TAIL_STEP) {
      const from = Math.max(0, to - TAIL_STEP);
      text = textOf((await this.reader.lines(ref, from, to)) ?? []) + text;
    }
    return this.reader.ends(ref).last.endsWith("\n") ? text : text.slice(0, -1);
  }
}

function textOf(lines: readonly (string | null)[]): string {
  return lines.map((line) => (line === null ? "" : `${line}\n`)).join("");
}

function hasFaces(cell: Cell): boolean {
  return cell.cell_type === "code" && cell.outputs.some((output) => storedOf(output) !== null);
}

function sizeOf(outputs: readonly Output[]): number {
  return outputs.reduce((sum, output) => sum + (storedOf(output)?.bytes ?? 0), 0);
}

/** The store has it no more: what is known of it, and that it is not all. */
function lostValue(output: Output): Output {
  const note = "[Loopbook: the whole of this output was lost, or there was no room to keep it.]";
  if (output.output_type === "error") return { ...output, traceback: [...output.traceback, note] };
  if (output.output_type === "stream") return { ...output, text: `${output.text}\n${note}\n` };
  const text = output.data["text/plain"];
  return {
    ...output,
    data: { ...output.data, "text/plain": typeof text === "string" ? `${text}\n${note}` : note },
  };
}
