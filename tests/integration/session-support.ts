/** For tests with a whole notebook session: real kernel, real file, live document. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { Party } from "../../src/people/party.ts";
import { NotebookFiles } from "../../src/store/files/notebook-files.ts";
import type {
  CellOutcome,
  ExecuteCellRequest,
  NotebookSession,
} from "../../src/usecases/notebook-session.ts";
import { systemClock } from "../../src/util/clock.ts";
import { CellId, ExecutionId, NotebookId } from "../../src/util/ids.ts";
import type { JsonObject } from "../../src/util/json.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { createNotebookSession, type NotebookSessionOptions } from "../../src/worker/notebook-session.ts";
import { aProvider } from "./kernel-support.ts";

export const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };

export function codeCell(id: string, source: string, metadata: JsonObject = {}): Cell {
  return { id, cell_type: "code", metadata, source, execution_count: null, outputs: [] };
}

export function notebookOf(cells: readonly Cell[], metadata: JsonObject = {}): Notebook {
  return { cells: [...cells], metadata, nbformat: 4, nbformat_minor: 5 };
}

export interface OpenSession {
  readonly session: NotebookSession;
  readonly path: string;
  /** Asks for a cell by what it holds now. @throws when that is refused. */
  run(id: string, request?: Partial<ExecuteCellRequest>): Promise<CellOutcome>;
  outputs(id: string): readonly JsonObject[];
  /** What the cell printed, streams joined. */
  printed(id: string): string;
  close(): Promise<void>;
}

/** A notebook in a folder of its own, open and with its kernel started. */
export async function openSession(
  notebook: Notebook,
  more: Partial<NotebookSessionOptions> = {},
): Promise<OpenSession> {
  const folder = await mkdtemp(join(tmpdir(), "loopbook-session-"));
  const path = join(folder, "nb.ipynb");
  await writeFile(path, serialiseNotebook(notebook));
  const store = new NotebookFiles();
  const { notebook: read } = await store.load(path);
  const live = createLiveNotebook(read);
  const kernels = aProvider();
  const session = createNotebookSession({
    id: NotebookId.create(),
    path,
    live,
    store,
    kernels,
    clock: systemClock,
    ...more,
  });
  await session.startKernel();
  const cellOf = (id: string) => {
    const cell = live.cell(CellId.of(id));
    if (!cell) throw new Error(`no cell ${id}`);
    return cell;
  };
  return {
    session,
    path,
    run: (id, request = {}) => {
      const ticket = session.execute({
        executionId: ExecutionId.create(),
        cellId: CellId.of(id),
        sourceHash: sourceHash(cellOf(id).source),
        by: ana,
        ...request,
      });
      if (!ticket.accepted) throw new Error(`${ticket.refusal}: ${ticket.message}`);
      return ticket.outcome;
    },
    outputs: (id) => cellOf(id).outputs as unknown as JsonObject[],
    printed: (id) =>
      cellOf(id)
        .outputs.map((output) => (output.output_type === "stream" ? output.text : ""))
        .join(""),
    close: async () => {
      await session.close();
      await kernels.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
