/**
 * A notebook's text to bytes and their hash, block by block: never the whole, and the event loop is free between
 * blocks. Cells that the file has already are copied from there.
 */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { CellText } from "../../nbformat/serialise.ts";
import { BaseChanged, type BaseFile } from "./base-file.ts";
import { type CellSpans, type Span, SpanNotes } from "./cell-spans.ts";

const BLOCK_LENGTH = 256 * 1024;
/** Bytes that a character takes at most, and those that a UTF-16 unit does (two of them make the longest). */
const CHARACTER_LENGTH = 4;
const UNIT_LENGTH = 3;

/** One block is kept for the next save: memory that is only let go lies about until it is collected. */
let spare: Buffer | null = null;

function takeBlock(): Buffer {
  const block = spare ?? Buffer.allocUnsafeSlow(BLOCK_LENGTH);
  spare = null;
  return block;
}

/** The file that has some of the text already, and where. */
export interface Known {
  readonly file: BaseFile;
  readonly spans: CellSpans;
}

/** To be closed. */
export class NotebookEncoder {
  private readonly pieces: Iterator<string | CellText>;
  private readonly known: Known | null;
  private readonly block = takeBlock();
  private readonly encoder = new TextEncoder();
  private readonly hashing = createHash("sha256");
  private readonly notes = new SpanNotes();
  /** Bytes of earlier blocks. */
  private before = 0;
  private filled = 0;
  /** What is being put into blocks now. */
  private text = "";
  private span: Span | null = null;
  private cell: { readonly of: CellText; readonly start: number } | null = null;
  private ended: string | null = null;

  constructor(pieces: Iterable<string | CellText>, known: Known | null) {
    this.pieces = pieces[Symbol.iterator]();
    this.known = known;
  }

  /** The last block was given. */
  get isOver(): boolean {
    return this.ended !== null;
  }

  /** SHA-256 of all blocks, lower-case hex. To be read when it is over. */
  get hash(): string {
    if (this.ended === null) throw new Error("The hash of a text is known at its end.");
    return this.ended;
  }

  /** Where the cells are in what was encoded. */
  spans(): CellSpans | null {
    return this.notes.spans();
  }

  /** To be called when nobody uses the last block any more. */
  close(): void {
    spare = this.block;
  }

  async *blocks(): AsyncGenerator<Uint8Array> {
    while (!this.isOver) yield await this.next();
  }

  /**
   * The next bytes, in a buffer that is used again at the next call. Not to be called when it is over.
   * @throws BaseChanged when the file that cells were copied from is not what it was.
   */
  async next(): Promise<Uint8Array> {
    await setImmediate();
    this.before += this.filled;
    this.filled = 0;
    const isLast = await this.fill();
    if (isLast && this.known !== null && !(await this.known.file.isSame())) throw new BaseChanged();
    const block = this.block.subarray(0, this.filled);
    this.hashing.update(block);
    if (isLast) this.ended = this.hashing.digest("hex");
    return block;
  }

  /** True: there is nothing more. */
  private async fill(): Promise<boolean> {
    while (!this.isFull()) {
      if (this.span !== null) {
        if (!this.copy(this.span)) await this.known?.file.load(this.span.start);
      } else if (this.text !== "") this.write();
      else if (!this.take()) return true;
    }
    return false;
  }

  private isFull(): boolean {
    return BLOCK_LENGTH - this.filled < CHARACTER_LENGTH;
  }

  /** Goes on to the next piece; false: there is none. */
  private take(): boolean {
    const position = this.before + this.filled;
    if (this.cell !== null) this.notes.add(this.cell.of, { start: this.cell.start, end: position });
    this.cell = null;
    const { done, value } = this.pieces.next();
    if (done === true) return false;
    if (typeof value === "string") {
      this.text = value;
      return true;
    }
    this.cell = { of: value, start: position };
    this.span = this.known?.spans.find(value) ?? null;
    if (this.span === null) this.text = value.text();
    return true;
  }

  private write(): void {
    const { text } = this;
    const free = BLOCK_LENGTH - this.filled;
    if (text.length * UNIT_LENGTH <= free) {
      this.filled += this.block.write(text, this.filled);
      this.text = "";
      return;
    }
    // Takes whole characters only, so that none is torn between two blocks.
    const { read, written } = this.encoder.encodeInto(text, this.block.subarray(this.filled));
    this.filled += written;
    this.text = text.slice(read);
  }

  /** False: what stands there must be loaded first. */
  private copy({ start, end }: Span): boolean {
    const bytes = this.known?.file.peek(start, Math.min(end, start + BLOCK_LENGTH - this.filled));
    if (bytes === undefined || bytes.length === 0) return false;
    this.block.set(bytes, this.filled);
    this.filled += bytes.length;
    this.span = start + bytes.length < end ? { start: start + bytes.length, end } : null;
    return true;
  }
}
