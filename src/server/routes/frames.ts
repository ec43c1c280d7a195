import type { FastifyInstance } from "fastify";
import { type FrameAnswer, frameBody } from "../../api/frames.ts";
import { namesIn, shapeIn } from "../../kernel/frames/find-names.ts";
import { lookAtFrame, type ShownFrame } from "../../kernel/frames/look-at-frame.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CellId } from "../../util/ids.ts";
import { sourceHash } from "../../util/source-hash.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

const MAX_ROWS = 500;
const MAX_TEXT_ROWS = 50_000;
const MAX_COLUMNS = 200;

interface ById {
  Params: { id: string };
}

export function frameRoutes(app: FastifyInstance, context: ServerContext): void {
  app.post<ById>(
    "/api/notebooks/:id/frame",
    { config: { needs: "execute" } },
    async (request): Promise<FrameAnswer> => {
      const session = sessionOf(context, request.params.id);
      const { cellId, output, columns, from, to, ...view } = frameBody.parse(request.body);
      const kernel = session.kernel();
      if (!kernel || kernel.state === "dead")
        throw new LoopbookError("no-kernel", "There is no kernel (any more): run the cell to have all rows.");
      const shown = await shownFrame(session, cellId, output);
      const most = view.text === null ? MAX_ROWS : MAX_TEXT_ROWS;
      return lookAtFrame(kernel, shown, {
        ...view,
        from,
        to: Math.min(to, from + most),
        columns: [columns[0], Math.min(columns[1], columns[0] + MAX_COLUMNS)],
      });
    },
  );
}

/** @throws LoopbookError `no-such-output`. */
async function shownFrame(session: NotebookSession, cellId: string, at: number): Promise<ShownFrame> {
  const cell = session.live.cell(CellId.of(cellId));
  const face = cell?.outputs[at];
  const [output] = face ? ((await session.outputs?.whole([face])) ?? [face]) : [];
  const isValue = output?.output_type === "display_data" || output?.output_type === "execute_result";
  const html = isValue ? output.data["text/html"] : undefined;
  if (!cell || typeof html !== "string")
    throw new LoopbookError(
      "no-such-output",
      "This table is not there any more: its cell was run again or cleared.",
    );
  return {
    digest: sourceHash(html),
    count: output?.output_type === "execute_result" ? output.execution_count : null,
    names: namesIn(cell.source),
    shape: shapeIn(html),
  };
}
