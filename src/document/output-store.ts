/**
 * Where the wholes of big outputs of one notebook lie (port): the newest of each value, and logs that only grow.
 * Writing is at once for whoever reads through the same store, and survives the death of the process from `flush` on
 * (logs earlier); `durable` waits for the disk. What nobody refers to any more is taken away.
 */
import type { Output } from "../nbformat/notebook.ts";
import type { NotebookId, OutputRef } from "../util/ids.ts";

export interface LogFacts {
  /** Grows with each change. */
  readonly seq: number;
  readonly bytes: number;
  /** A last line without an end counts. Lines keep their numbers when some are missing. */
  readonly lines: number;
  /** Lines (the second bound is not among them) that had to go for want of room. */
  readonly missing: { readonly from: number; readonly to: number } | null;
}

/** A line as it was printed, with its colours, without its end; null: it is missing. */
export type LogLine = string | null;

export interface LinesOptions {
  /** Lines longer than this many bytes are cut, and end with `…`. Default: never. */
  readonly maxLineBytes?: number;
  /** No more than about this many bytes in all; the answer then has fewer lines. Default: no limit. */
  readonly maxBytes?: number;
}

export interface LogSearch {
  readonly query: string;
  /** Without it, capitals in the query decide: none, and both are found. */
  readonly matchCase?: boolean;
  /** Line to begin at; default 0. */
  readonly from?: number;
  /** Numbers of lines in the answer; more are only counted. */
  readonly limit: number;
  /** The search pauses after so many bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface LogSearchResult {
  /** Lines that hold it, ascending. */
  readonly lines: readonly number[];
  /** Places, in all lines that were looked at. */
  readonly count: number;
  /** Where to go on; null: all was searched. */
  readonly next: number | null;
}

export interface OutputReader {
  /** Null: there is none (any more). */
  log(ref: OutputRef): LogFacts | null;
  /** The beginning and the end of a log, some thousand characters each, without a look at the disk. */
  ends(ref: OutputRef): { readonly first: string; readonly last: string };
  /** Lines `from` up to, not with, `to`. Null: there is no such log. */
  lines(ref: OutputRef, from: number, to: number, options?: LinesOptions): Promise<readonly LogLine[] | null>;
  search(ref: OutputRef, search: LogSearch): Promise<LogSearchResult | null>;
  /** The whole log as UTF-8, piece by piece, with a line of ours where lines are missing. */
  text(ref: OutputRef): AsyncIterable<Uint8Array> | null;
  /** Number of the newest state of a value; null: there is none. */
  valueSeq(ref: OutputRef): number | null;
  /** Null: there is none, or it was damaged. */
  value(ref: OutputRef): Promise<{ readonly output: Output; readonly seq: number } | null>;
  /** The same as the JSON that is kept, unread: a value may be very big. */
  valueJson(ref: OutputRef): Promise<{ readonly json: Uint8Array; readonly seq: number } | null>;
}

export interface OutputStore extends OutputReader {
  /**
   * Takes `drop` characters off the end of a log, at most back to the beginning of its last line, and adds text. A
   * log begins with its first text.
   */
  append(ref: OutputRef, drop: number, text: string): LogFacts;
  /** Puts a value in the place of the one before. @returns its number and its size; `isKept` false: there is no room. */
  put(
    ref: OutputRef,
    output: Output,
  ): { readonly seq: number; readonly bytes: number; readonly isKept: boolean };
  /**
   * Takes an output that came with a file, a stream as a log that grows no more: at once for whoever reads, and out of
   * reach of the process's death when `settled` says so; the file has it until then.
   * @param bytes about what it takes. @returns its number; null: there is no room.
   */
  take(ref: OutputRef, output: Output, bytes: number): { readonly seq: number } | null;
  /**
   * Settles when the death of the process loses nothing that was taken. Others are served meanwhile.
   * @throws LoopbookError `outputs-not-kept`: the disk is full or gone; what was taken can still be read.
   */
  settled(): Promise<void>;
  /** From here on the death of the process loses nothing that was written before. Cheap when it is so already. */
  flush(): void;
  /** Settles when all that was written so far is on disk. */
  durable(): Promise<void>;
  /** Takes away everything else, but nothing that is younger than the grace time (default none). */
  keepOnly(refs: ReadonlySet<OutputRef>, graceMs?: number): void;
  close(): Promise<void>;
}

export interface OutputStores {
  /** The store of one notebook; one at a time. Nothing is made on disk until something is written. */
  of(id: NotebookId): OutputStore;
  /** Takes away what processes left behind that died before their notebook was kept. */
  forgetUnused(): Promise<void>;
}
