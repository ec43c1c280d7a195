/**
 * What a notebook page needs of the server, as two ports: the live channel and the requests. `connect.ts` makes them
 * from `src/client`; tests and drawings make their own.
 */
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type {
  KernelActionBody,
  KernelSpecView,
  PasteOutputsBody,
  RunCommandBody,
  StartRunBody,
} from "../../api/http.ts";
import type { LiveMessage } from "../../api/live.ts";
import type { LiveClient } from "../../client/live-client.ts";
import type { NotebookResults } from "../../document/notebook-results.ts";
import type { FormattedSources } from "../../kernel/formatting/format-sources.ts";
import type { KernelVariables } from "../../kernel/variables/read-variables.ts";
import type { JsonObject, MimeBundle } from "../../nbformat/notebook.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import type { ParameterSpec, ParameterValues, RunSnapshot } from "./types.ts";

/** `offline`: tried and not there; tries go on. The last three are for good. */
export type ConnectionState =
  | "connecting"
  | "online"
  | "offline"
  | "no-such-notebook"
  | "not-allowed"
  | "closed";

export interface LiveChannel {
  readonly doc: Y.Doc;
  readonly results: NotebookResults;
  readonly awareness: Awareness;
  onMessage(listener: (message: LiveMessage) => void): Unsubscribe;
  onConnection(listener: (state: ConnectionState) => void): Unsubscribe;
  connection(): ConnectionState;
  /** The document is as the server has it, with the results of its first cells (once after each connect). */
  onSynced(listener: () => void): Unsubscribe;
  /** Edits that the server has not said to be on its disk yet. */
  hasUnsentEdits(): boolean;
  /** Outputs of these cells are followed as they come, those of others that run when they have ended. */
  look(cells: readonly string[]): void;
  readonly widgets: Pick<LiveClient, "askOfWidgets" | "onWidgets">;
  /** Tries at once to come online. */
  retryNow(): void;
  close(): void;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface CompletionResult {
  readonly matches: readonly string[];
  readonly cursorStart: number;
  readonly cursorEnd: number;
  readonly metadata: JsonObject;
}

export interface InspectionResult {
  readonly found: boolean;
  readonly data: MimeBundle;
}

/** Requests about one notebook. Refusals are values; they never throw. */
export interface NotebookRequests {
  execute(cellId: string, sourceHash: string, lane: "main" | "subshell"): Promise<Answer<unknown>>;
  clearOutputs(cellIds: readonly string[]): Promise<Answer<unknown>>;
  /** Results for cells that were just inserted as copies of cells of `from`, a notebook of this server. */
  pasteOutputs(body: PasteOutputsBody): Promise<Answer<unknown>>;
  kernel(action: KernelActionBody): Promise<Answer<unknown>>;
  kernelSpecs(): Promise<Answer<readonly KernelSpecView[]>>;
  complete(code: string, cursorPosition: number): Promise<Answer<CompletionResult>>;
  inspect(code: string, cursorPosition: number): Promise<Answer<InspectionResult>>;
  variables(): Promise<Answer<KernelVariables>>;
  /** At most 200 at a time. */
  format(sources: readonly string[]): Promise<Answer<FormattedSources>>;
  answerInput(inputId: string, value: string): Promise<Answer<unknown>>;
  parameters(): Promise<Answer<readonly ParameterSpec[]>>;
  setValues(values: ParameterValues): Promise<Answer<unknown>>;
  /** `again`: also the file that another program took away. */
  save(again?: boolean): Promise<Answer<unknown>>;
  /** The file is where its save state says that it was moved. */
  follow(): Promise<Answer<unknown>>;
  /** Another path for the file, or another file with the same content. Answers with the path as it is shown. */
  relocate(how: "move" | "save-as" | "copy", path: string): Promise<Answer<string>>;
  /** Names of other versions of the notebook beside it. */
  conflictCopies(): Promise<Answer<readonly string[]>>;
  /** Merges one of them; answers with those that are left. */
  mergeCopy(name: string): Promise<Answer<readonly string[]>>;
  /** `cellId: null`: the notebook's own metadata. */
  resolveConflict(cellId: string | null, choice: "mine" | "theirs" | "both"): Promise<Answer<unknown>>;
  startRun(options: Omit<StartRunBody, "notebookId" | "path">): Promise<Answer<RunSnapshot>>;
  runCommand(runId: string, command: RunCommandBody): Promise<Answer<RunSnapshot>>;
}
