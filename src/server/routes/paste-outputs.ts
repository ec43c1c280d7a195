/** Cells that were copied with their outputs: the process that executes writes them, as it does all results. */
import type { FastifyInstance } from "fastify";
import { pasteOutputsBody } from "../../api/http.ts";
import type { OutputEdit } from "../../document/edits.ts";
import type { LiveNotebook } from "../../document/live-notebook.ts";
import { withoutStored } from "../../document/output-keeper.ts";
import type { CodeCell, Output } from "../../nbformat/notebook.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { type Access, permits } from "../../people/access.ts";
import { partyLabel } from "../../people/party.ts";
import type { NotebookOutputs } from "../../usecases/notebook-session.ts";
import { CellId, NotebookId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";
import { reaches } from "../security/reach.ts";

/** Outputs that a page has whole travel whole. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;
/** The cells come over the live channel, and may come after the request. */
const CELLS_COME_WITHIN_MS = 5000;

export function pasteOutputRoutes(app: FastifyInstance, context: ServerContext): void {
  app.post<{ Params: { id: string } }>(
    "/api/notebooks/:id/outputs/paste",
    // Outputs that somebody brings along are trusted as far as what they could have had the kernel print.
    { config: { needs: "execute" }, bodyLimit: BODY_LIMIT_BYTES },
    async (request) => {
      const { live } = sessionOf(context, request.params.id);
      const { from, cells } = pasteOutputsBody.parse(request.body);
      const wholes = sourceOutputs(context, request.access, from);
      const wanted = cells.map((cell) => ({ ...cell, id: CellId.of(cell.cellId) }));
      await comeWithin(
        live,
        wanted.map(({ id }) => id),
      );
      const edits: OutputEdit[] = [];
      let pasted = 0;
      for (const { id, executionCount, outputs } of wanted) {
        const checked = checkedOutputs(outputs);
        const whole = (wholes ? await wholes.whole(checked) : checked).map((output) => withoutStored(output));
        // Whoever ran it meanwhile has its results there.
        const cell = live.cell(id);
        if (cell?.cellType !== "code" || cell.outputs.length > 0 || cell.executionState === "running")
          continue;
        pasted += 1;
        for (const output of whole) edits.push({ type: "append-output", id, output });
        edits.push({ type: "end-execution", id, executionCount });
      }
      live.write(edits, { type: "person", label: partyLabel(request.access.party) });
      return { pasted };
    },
  );
}

/** Where the wholes of big outputs are, if they were copied from a notebook that is open here and may be looked at. */
function sourceOutputs(
  { host }: ServerContext,
  access: Access,
  from: string | undefined,
): NotebookOutputs | undefined {
  const session = from === undefined ? undefined : host.notebook(NotebookId.of(from));
  if (!session || !permits(access.rights, "look") || !reaches(access, session.path)) return undefined;
  return session.outputs;
}

/** @throws LoopbookError `notebook-unreadable`. */
function checkedOutputs(outputs: readonly unknown[]): readonly Output[] {
  const cell = { cell_type: "code", metadata: {}, source: "", execution_count: null, outputs };
  const text = JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 4 });
  const [checked] = parseNotebook(text, "What was pasted").notebook.cells;
  return (checked as CodeCell).outputs;
}

function comeWithin(live: LiveNotebook, ids: readonly CellId[]): Promise<void> {
  const areThere = (): boolean => ids.every((id) => live.cell(id) !== undefined);
  if (areThere()) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = live.onChange((change) => {
      if (change.order && areThere()) settle();
    });
    const timer = setTimeout(settle, CELLS_COME_WITHIN_MS);
  });
}
