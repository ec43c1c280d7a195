/** Pages of a table that a kernel displayed, asked of the kernel itself, beside whatever it does. */
import { z } from "zod";
import { type Clock, systemClock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import type { Kernel } from "../kernel.ts";
import { askProgram } from "../own-program.ts";
import { FRAME_PROGRAM } from "./frame-program.ts";

/** Which frame: the one whose HTML has this SHA-256. */
export interface ShownFrame {
  readonly digest: string;
  /** `Out[count]` held it when it was displayed; null: it was no cell's result. */
  readonly count: number | null;
  /** Variables that may hold it, likeliest first. */
  readonly names: readonly string[];
  /** Rows and columns, where the output says them: other variables are compared only when these fit. */
  readonly shape: readonly [number, number] | null;
}

export interface FrameSort {
  /** Place of a column; below zero, a level of the index: -1 is the first. */
  readonly column: number;
  readonly descending: boolean;
}

export interface FrameFilter {
  readonly column: number;
  readonly op: "contains" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "between" | "missing" | "present";
  readonly value: string | null;
  /** Of `between`. */
  readonly to: string | null;
}

export interface FrameView {
  readonly sort: readonly FrameSort[];
  readonly filters: readonly FrameFilter[];
  /** Rows that hold it anywhere. */
  readonly search: string;
  readonly from: number;
  readonly to: number;
  readonly columns: readonly [number, number];
  /** Also a frame that is not what is shown (any more). */
  readonly asIs: boolean;
  /** Not cells, but text for a file or the clipboard, in full precision; null: cells. */
  readonly text: "csv" | "tsv" | null;
}

export interface FrameColumn {
  /** One a level of the header. */
  readonly labels: readonly string[];
  readonly dtype: string;
  readonly kind: "number" | "text" | "bool" | "time" | "duration";
}

export type FrameAnswer =
  | {
      readonly type: "page";
      /** A variable that holds it; null: it is a result that the cell gave no name. */
      readonly name: string | null;
      readonly library: "pandas" | "polars";
      readonly rows: number;
      readonly columns: number;
      /** Rows that pass the filters. */
      readonly shown: number;
      readonly index: readonly FrameColumn[];
      /** Names of the header's levels. */
      readonly names: readonly string[];
      readonly header: readonly FrameColumn[];
      readonly columnsFrom: number;
      readonly from: number;
      /** Index and columns of each row, as they are read. */
      readonly cells: readonly (readonly string[])[];
    }
  | { readonly type: "text"; readonly text: string; readonly to: number; readonly shown: number }
  /** Where the frame was is another one, or it was changed in its place. */
  | {
      readonly type: "changed";
      readonly name: string | null;
      readonly rows: number;
      readonly columns: number;
    }
  | { readonly type: "gone" }
  /** `slow`: it took too long; `value`: a filter's value does not fit its column. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "failed"; readonly reason: string };

const answer = z.custom<FrameAnswer>(
  (told) => isJsonObject(told as JsonValue) && typeof (told as JsonObject).type === "string",
);

const TIMEOUT_MS = 20_000;

/**
 * In a subshell where the kernel has them; else only while it is idle.
 * @throws LoopbookError `kernel-busy`, `kernel-died`, `kernel-refused`, `no-frames`.
 */
export async function lookAtFrame(
  kernel: Kernel,
  frame: ShownFrame,
  view: FrameView,
  clock: Clock = systemClock,
): Promise<FrameAnswer> {
  if (kernel.info.languageInfo.name.toLowerCase() !== "python") throw noFrames();
  const request = { ...frame, ...view } as unknown as JsonObject;
  // It is our own program's; a kernel that says something else only misleads its own reader.
  return answer.parse(await askProgram(kernel, FRAME_PROGRAM, request, { timeoutMs: TIMEOUT_MS, clock }));
}

const noFrames = (): LoopbookError =>
  new LoopbookError(
    "no-frames",
    "This kernel cannot page through tables: only Python's can (pandas, polars).",
  );
