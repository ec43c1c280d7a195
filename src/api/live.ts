/**
 * The live channel of one open notebook: `GET /api/notebooks/{id}/live` upgraded to a WebSocket.
 * Binary frames are y-protocols frames without a document name (0 sync, 1 awareness), as Jupyter's own rooms speak.
 * Beside them are frames of our own (`live-frames.ts`). Text frames are these messages, one or a list of those that belong together, server → page. The page asks by HTTP
 * (`http.ts`).
 */

import type { CommentThread } from "../document/comments/comment.ts";
import type { OutputEdit } from "../document/edits.ts";
import type { CellResultsEntry } from "../document/notebook-results.ts";
import type { NotebookConflict } from "../nbformat/merge/conflict.ts";
import type { Party, Rights } from "../people/party.ts";
import type { Question } from "../review/question.ts";
import type { RunSnapshot } from "../runs/run.ts";
import type { CellExecution, KernelView, PendingInput, SaveState } from "../usecases/notebook-session.ts";

export type LiveMessage =
  /** The first message. */
  | {
      readonly type: "hello";
      readonly you: Party;
      readonly rights: Rights;
      /** What the link is limited to that led here; absent: nothing. */
      readonly limitedTo?: "notebook" | "folder";
      /** As in `NotebookView`. */
      readonly path: string | null;
      readonly kernel: KernelView;
      readonly save: SaveState;
      readonly run: RunSnapshot | null;
      readonly executions: Readonly<Record<string, CellExecution>>;
      readonly inputs: readonly PendingInput[];
      /** What a merge with changes of the file left undecided. */
      readonly conflicts: readonly NotebookConflict[];
    }
  /**
   * Outputs, counts and states of these cells, as of `version`. After `hello` come all (`anew`), or, where the page
   * said in the address what it knows (`?results=<epoch>.<version>`), those that changed since; in several messages
   * when they are many, `isLast` in the last. The first tells of the cells that stand first; the others follow the
   * document (a client that does not ask for that is not told more), what the page looks at before the rest.
   */
  | {
      readonly type: "results-state";
      readonly epoch: string;
      readonly version: number;
      /** See `results`. */
      readonly whole?: number;
      readonly cells: readonly CellResultsEntry[];
      /** What the page knew is of another time: what it is not told until `isLast` is no more. */
      readonly anew: boolean;
      readonly isLast: boolean;
    }
  /** What was written to the results since `after`. */
  | {
      readonly type: "results";
      readonly after: number;
      readonly version: number;
      /** Of cells that the page does not look at, writes after this one are held back; without it, none is. */
      readonly whole?: number;
      readonly edits: readonly OutputEdit[];
    }
  | { readonly type: "kernel"; readonly kernel: KernelView }
  | { readonly type: "execution"; readonly cellId: string; readonly execution: CellExecution }
  | { readonly type: "input-requested"; readonly input: PendingInput }
  | { readonly type: "input-settled"; readonly inputId: string }
  | { readonly type: "save"; readonly save: SaveState }
  | { readonly type: "conflicts"; readonly conflicts: readonly NotebookConflict[] }
  /** The notebook's file has another path now; as in `NotebookView`. */
  | { readonly type: "path"; readonly path: string | null }
  | { readonly type: "run"; readonly run: RunSnapshot | null }
  /** A thread of comments came or changed, and is on disk; null: something happened to the kernel. */
  | { readonly type: "comments"; readonly thread: CommentThread | null }
  /**
   * A question of this notebook's runs came or changed, and is on disk; without its item where it was told before. Null:
   * more than can be told did.
   */
  | { readonly type: "questions"; readonly question: Question | null }
  /**
   * The run that this notebook shows told more than it had at an earlier revision: series and lines are read by HTTP
   * (`telemetry.ts`), by who shows them. At most ten a second.
   */
  | { readonly type: "telemetry"; readonly runId: string; readonly revision: number }
  /** So many of the frames with edits (sync step 2, update) that this connection sent are on disk, first to last. */
  | { readonly type: "ack"; readonly edits: number };

/**
 * Why the server ended a connection (WebSocket close codes; 4000 and up are an application's own). A client comes
 * back by itself after any other code.
 */
export const CLOSE_CODES = {
  /** A frame that cannot be read, or an awareness state that is too big. */
  malformed: 4400,
  /** An edit from a connection that may only look on. */
  viewOnly: 4403,
  /** The notebook is not open here (any more): open it again by its path. */
  noSuchNotebook: 4404,
  /** So far behind that starting anew is quicker. */
  tooSlow: 4408,
  /** More connections than one notebook takes. */
  tooMany: 4429,
} as const;

/** What a page puts into its awareness state; shown to the others. */
export interface Presence {
  readonly party: Party;
  /** The cell that it reads or writes. */
  readonly cellId: string | null;
  readonly mode: "viewing" | "editing";
  /** The first cell in its window, for who follows it. */
  readonly view?: string | null;
}
