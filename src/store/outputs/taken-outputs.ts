/**
 * Outputs that came with a file, hundreds at once while somebody waits for the notebook: readable at once from
 * memory, and written by and by, some at a time.
 */
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Output, StreamOutput } from "../../nbformat/notebook.ts";
import type { OutputRef } from "../../util/ids.ts";
import type { LogSource } from "./read-log.ts";
import type { TextPacks } from "./text-packs.ts";
import type { ValuePacks } from "./value-packs.ts";
import { linesIn, textSource } from "./whole-text.ts";

/** What is written before others get their turn: about a millisecond of work. */
const SOME_BYTES = 128 * 1024;
/** Who waits for the notebook is told of it before its outputs are written. */
const OTHERS_FIRST_MS = 200;

interface Taken<T extends Output = Output> {
  readonly seq: number;
  readonly output: T;
  /** About. */
  readonly bytes: number;
}

export class TakenOutputs {
  private readonly values: ValuePacks;
  private readonly texts: TextPacks;
  private readonly waiting = new Map<OutputRef, Taken>();
  private waitingBytes = 0;

  constructor(values: ValuePacks, texts: TextPacks) {
    this.values = values;
    this.texts = texts;
  }

  /** About what it will take on disk. */
  get size(): number {
    return this.waitingBytes;
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  refs(): Iterable<OutputRef> {
    return this.waiting.keys();
  }

  take(ref: OutputRef, taken: Taken): void {
    this.waiting.set(ref, taken);
    this.waitingBytes += taken.bytes;
  }

  remove(ref: OutputRef): void {
    const taken = this.waiting.get(ref);
    if (!taken) return;
    this.waiting.delete(ref);
    this.waitingBytes -= taken.bytes;
  }

  value(ref: OutputRef): { readonly output: Output; readonly seq: number } | null {
    const taken = this.waiting.get(ref);
    return taken && !isText(taken) ? taken : null;
  }

  text(ref: OutputRef): LogSource | null {
    const taken = this.waiting.get(ref);
    if (!taken || !isText(taken)) return null;
    const bytes = Buffer.from(taken.output.text);
    const facts = { seq: taken.seq, bytes: bytes.length, lines: linesIn(bytes) };
    return textSource(facts, async () => bytes);
  }

  textOf(ref: OutputRef): string | null {
    const taken = this.waiting.get(ref);
    return taken && isText(taken) ? taken.output.text : null;
  }

  /** By and by. @param some writes some of them (`writeSome`); false: it could not, and the rest waits on. */
  async writeAll(some: () => boolean): Promise<boolean> {
    if (!this.isEmpty) await setTimeout(OTHERS_FIRST_MS);
    while (!this.isEmpty) {
      await setImmediate();
      if (!some()) return false;
    }
    return true;
  }

  /** Those that came first. @throws the system's error; then they wait on. */
  writeSome(bytes = SOME_BYTES): void {
    const written: OutputRef[] = [];
    let size = 0;
    for (const [ref, taken] of this.waiting) {
      if (isText(taken)) this.texts.put(ref, taken.seq, taken.output.text);
      else this.values.put(ref, taken.seq, Buffer.from(JSON.stringify(taken.output)));
      written.push(ref);
      size += taken.bytes;
      if (size >= bytes) break;
    }
    this.values.flush();
    this.texts.packs.flush();
    for (const ref of written) this.remove(ref);
  }
}

function isText(taken: Taken): taken is Taken<StreamOutput> {
  return taken.output.output_type === "stream";
}
