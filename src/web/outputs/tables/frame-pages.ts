/**
 * The rows of a frame in the kernel that the page has read: in blocks, the newest used stay. One request at a time;
 * what was scrolled past meanwhile is not asked for.
 */
import type { FrameAnswer } from "../../../api/frames.ts";
import { Emitter, type Unsubscribe } from "../../../util/emitter.ts";

export type FramePage = Extract<FrameAnswer, { type: "page" }>;
export type ReadFrame = (from: number, to: number) => Promise<FrameAnswer>;

const BLOCK = 100;
const MAX_BLOCKS = 60;

export class FramePages {
  private readonly read: ReadFrame;
  private readonly blocks = new Map<number, readonly (readonly string[])[]>();
  private readonly changes = new Emitter<void>();
  private wanted: { readonly from: number; readonly to: number };
  private isReading = false;
  private isClosed = false;
  /** Counts what has come. */
  version = 0;
  /** What the frame is; null: nothing has come yet. */
  page: FramePage | null = null;
  /** Why there is no more of it; null: there is. */
  problem:
    | Exclude<FrameAnswer, { type: "page" | "text" }>
    | { readonly type: "error"; readonly error: unknown }
    | null = null;

  constructor(read: ReadFrame, at = 0) {
    this.read = read;
    this.wanted = { from: at, to: at + 1 };
  }

  row(at: number): readonly string[] | undefined {
    return this.blocks.get(Math.floor(at / BLOCK))?.[at % BLOCK];
  }

  /** These rows are looked at. */
  want(from: number, to: number): void {
    this.wanted = { from: Math.max(0, from), to: Math.max(to, from + 1) };
    this.next();
  }

  readonly subscribe = (listener: () => void): Unsubscribe => this.changes.on(listener);

  close(): void {
    this.isClosed = true;
  }

  private missing(): number | null {
    const { from, to } = this.wanted;
    const end = this.page === null ? to : Math.min(to, this.page.shown);
    for (let block = Math.floor(from / BLOCK); block * BLOCK < Math.max(end, 1); block++)
      if (!this.blocks.has(block)) return block;
    return null;
  }

  private next(): void {
    const block = this.missing();
    if (block === null || this.isReading || this.isClosed || this.problem !== null) return;
    this.isReading = true;
    this.read(block * BLOCK, (block + 1) * BLOCK)
      .then(
        (answer) => this.take(block, answer),
        (error: unknown) => {
          this.problem = { type: "error", error };
        },
      )
      .finally(() => {
        this.isReading = false;
        if (this.isClosed) return;
        this.version++;
        this.changes.emit();
        this.next();
      });
  }

  private take(block: number, answer: FrameAnswer): void {
    if (answer.type === "text") return;
    if (answer.type !== "page") {
      this.problem = answer;
      return;
    }
    // Another cell changed how many there are: what was read is of another time.
    if (this.page !== null && this.page.shown !== answer.shown) this.blocks.clear();
    this.page = answer;
    this.blocks.delete(block);
    this.blocks.set(block, answer.cells);
    const [oldest] = this.blocks.keys();
    if (this.blocks.size > MAX_BLOCKS && oldest !== undefined) this.blocks.delete(oldest);
  }
}
