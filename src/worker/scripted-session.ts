/** For tests: a notebook session over a kernel that plays a script, in time that the test makes pass. */
import { type Script, ScriptedProvider } from "../compute/memory/scripted-provider.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { ExecuteOutcome } from "../kernel/kernel.ts";
import type { Cell } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import type { CellOutcome, ExecuteCellRequest, SessionEvent } from "../usecases/notebook-session.ts";
import { CellId, ExecutionId, NotebookId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { sourceHash } from "../util/source-hash.ts";
import { ManualClock } from "./manual-clock.ts";
import { createNotebookSession, type NotebookSessionOptions } from "./notebook-session.ts";

export const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
export const byAna: EditOrigin = { type: "person", label: "ana/browser" };
export const failing: ExecuteOutcome = {
  type: "error",
  executionCount: 1,
  ename: "ValueError",
  evalue: "no",
  traceback: ["tb"],
};

export function codeCell(id: string, source: string, metadata: JsonObject = {}): Cell {
  return { id, cell_type: "code", metadata, source, execution_count: null, outputs: [] };
}

export async function aSession(
  script: Script,
  cells: readonly Cell[],
  more: Partial<NotebookSessionOptions> = {},
) {
  const clock = new ManualClock();
  const kernels = new ScriptedProvider(script);
  const live = createLiveNotebook({ cells: [...cells], metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const session = createNotebookSession({
    id: NotebookId.of("nb_test"),
    path: null,
    live,
    store: {
      load: () => Promise.reject(new Error("not needed")),
      save: () => Promise.reject(new Error("not needed")),
    },
    kernels,
    clock,
    ...more,
  });
  const events: SessionEvent[] = [];
  session.on((event) => events.push(event));
  await session.startKernel();
  const kernel = kernels.kernels[0];
  if (!kernel) throw new Error("no kernel");
  const ask = (id: string, request: Partial<ExecuteCellRequest> = {}) =>
    session.execute({
      executionId: ExecutionId.create(),
      cellId: CellId.of(id),
      sourceHash: sourceHash(live.cell(CellId.of(id))?.source ?? ""),
      by: ana,
      ...request,
    });
  const run = (id: string, request: Partial<ExecuteCellRequest> = {}): Promise<CellOutcome> => {
    const ticket = ask(id, request);
    if (!ticket.accepted) throw new Error(ticket.message);
    return ticket.outcome;
  };
  const cell = (id: string) => live.cell(CellId.of(id));
  return { session, live, clock, kernel, events, ask, run, cell };
}

/** Never answers; only an interrupt ends it. */
export const forEver = new Promise<never>(() => {});
