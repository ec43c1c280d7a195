/** Pages of a table that a kernel displayed, asked of the kernel itself, beside whatever it does. */
import { type Clock, systemClock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import { isJsonObject, type JsonObject } from "../../util/json.ts";
import { sourceHash } from "../../util/source-hash.ts";
import type { ExecuteOutcome, Kernel } from "../kernel.ts";
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

const MODULE = `_loopbook_frames_${sourceHash(FRAME_PROGRAM).slice(0, 12)}`;
const TIMEOUT_MS = 20_000;

/**
 * In a subshell where the kernel has them; else only while it is idle.
 * @throws LoopbookError `kernel-busy`, `kernel-died`, `no-frames`.
 */
export async function lookAtFrame(
  kernel: Kernel,
  frame: ShownFrame,
  view: FrameView,
  clock: Clock = systemClock,
): Promise<FrameAnswer> {
  if (kernel.info.languageInfo.name.toLowerCase() !== "python") throw noFrames();
  if (!kernel.supportsSubshells && kernel.state !== "idle") throw busy();
  const request = JSON.stringify(ascii(JSON.stringify({ ...frame, ...view })));
  const asked = `(lambda m: m and m.answer(__import__("json").loads(${request})))(${PROGRAM_MODULE})`;
  const first = await withLimit(evaluate(kernel, BEFORE, asked), clock);
  if (first !== null) return first;
  const second = await withLimit(evaluate(kernel, LOAD, asked), clock);
  if (second === null) throw noFrames();
  return second;
}

const PROGRAM_MODULE = `__import__("sys").modules.get("${MODULE}")`;
const BEFORE = `(lambda m: m and m.quiet())(${PROGRAM_MODULE})`;
const LOAD = [
  `(lambda s, b, m: (b.exec(b.compile(${ascii(JSON.stringify(FRAME_PROGRAM))}, "<loopbook>", "exec"), m.__dict__),`,
  ` s.__setitem__("${MODULE}", m)))(__import__("sys").modules, __import__("builtins"),`,
  ` __import__("types").ModuleType("${MODULE}")), ${BEFORE}`,
].join("");

/** Null: the program is not in the kernel yet. */
async function evaluate(kernel: Kernel, code: string, expression: string): Promise<FrameAnswer | null> {
  const outcome = await kernel.execute(
    {
      code,
      silent: true,
      storeHistory: false,
      stopOnError: false,
      lane: kernel.supportsSubshells ? "subshell" : "main",
      userExpressions: { answer: expression },
    },
    { onOutput: () => {} },
  );
  return answerOf(outcome);
}

function answerOf(outcome: ExecuteOutcome): FrameAnswer | null {
  if (outcome.type === "kernel-died")
    throw new LoopbookError("kernel-died", "The kernel is gone. Start or restart it first.");
  if (outcome.type === "aborted") throw busy();
  if (outcome.type === "error") return { type: "failed", reason: `${outcome.ename}: ${outcome.evalue}` };
  const { answer } = outcome.userExpressions;
  if (!isJsonObject(answer) || answer.status !== "ok") {
    const why = isJsonObject(answer) ? `${String(answer.ename)}: ${String(answer.evalue)}` : "no answer";
    return { type: "failed", reason: why };
  }
  const data: JsonObject = isJsonObject(answer.data) ? answer.data : {};
  const json = data["application/json"];
  // It is our own program's; a kernel that says something else only misleads its own reader.
  return isJsonObject(json) && typeof json.type === "string" ? (json as unknown as FrameAnswer) : null;
}

function withLimit<T>(answer: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(TIMEOUT_MS, () => reject(busy()));
    answer.then(resolve, reject).finally(cancel);
  });
}

/** Without a character beyond ASCII; JSON's escapes are Python's too. */
function ascii(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const busy = (): LoopbookError =>
  new LoopbookError(
    "kernel-busy",
    "The kernel is busy and answers nothing beside it. Try again when it is idle.",
    {
      retry: true,
    },
  );

const noFrames = (): LoopbookError =>
  new LoopbookError(
    "no-frames",
    "This kernel cannot page through tables: only Python's can (pandas, polars).",
  );
