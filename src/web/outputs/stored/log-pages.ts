/**
 * The lines of a log that the page has read: in blocks, the newest used stay. Asks for what is looked at, one request
 * at a time; what was scrolled past meanwhile is not asked for.
 */
import type { OutputLines } from "../../../api/outputs.ts";
import { Emitter, type Unsubscribe } from "../../../util/emitter.ts";

export type ReadLines = (from: number, to: number) => Promise<Pick<OutputLines, "lines" | "total">>;

const BLOCK = 200;
const MAX_BLOCKS = 100;
const RETRY_MS = 2_000;

/** undefined: not read yet; null: it had to go for want of disk space. */
export type PageLine = string | null | undefined;

export class LogPages {
  private readonly read: ReadLines;
  private readonly blocks = new Map<number, readonly (string | null)[]>();
  private readonly changes = new Emitter<void>();
  private wanted: { readonly from: number; readonly to: number } | null = null;
  private isReading = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  /** Counts what has come, for those who draw it. */
  version = 0;
  total: number;

  constructor(read: ReadLines, total: number) {
    this.read = read;
    this.total = total;
  }

  line(number: number): PageLine {
    return this.blocks.get(Math.floor(number / BLOCK))?.[number % BLOCK];
  }

  /** The log has so many lines now. Its last line may have changed. */
  grow(total: number): void {
    const last = Math.floor(Math.max(0, this.total - 1) / BLOCK);
    this.total = total;
    this.stale(last);
    this.next();
  }

  /** These lines are looked at. */
  want(from: number, to: number): void {
    this.wanted = { from: Math.max(0, from), to: Math.min(to, this.total) };
    this.next();
  }

  readonly subscribe = (listener: () => void): Unsubscribe => this.changes.on(listener);

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private readonly staleBlocks = new Set<number>();

  /** It is shown until its new state has come. */
  private stale(block: number): void {
    if (this.blocks.has(block)) this.staleBlocks.add(block);
  }

  private missing(): number | null {
    if (!this.wanted) return null;
    for (let block = Math.floor(this.wanted.from / BLOCK); block * BLOCK < this.wanted.to; block++) {
      if (!this.blocks.has(block) || this.staleBlocks.has(block)) return block;
    }
    return null;
  }

  private next(): void {
    const block = this.missing();
    if (block === null || this.isReading || this.isClosed) return;
    this.isReading = true;
    this.staleBlocks.delete(block);
    this.load(block)
      .then(() => true)
      .catch(() => false)
      .then((isRead) => {
        this.isReading = false;
        if (this.isClosed) return;
        if (isRead) this.next();
        else this.timer = setTimeout(() => this.next(), RETRY_MS);
      });
  }

  private async load(block: number): Promise<void> {
    const from = block * BLOCK;
    let lines: readonly (string | null)[] = [];
    // Very long lines come a few at a time.
    while (lines.length < BLOCK) {
      const part = await this.read(from + lines.length, from + BLOCK);
      lines = [...lines, ...part.lines];
      if (part.lines.length === 0 || from + lines.length >= part.total) break;
    }
    this.blocks.delete(block);
    this.blocks.set(block, lines);
    // It grew while it was read.
    if (lines.length < BLOCK && from + lines.length < this.total) this.staleBlocks.add(block);
    const [oldest] = this.blocks.keys();
    if (this.blocks.size > MAX_BLOCKS && oldest !== undefined) this.blocks.delete(oldest);
    this.version++;
    this.changes.emit();
  }
}
