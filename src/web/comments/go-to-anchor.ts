import type { CommentThread } from "../../api/comments.ts";
import { CellId } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";

/** To the cell that a thread is about, and to the output in it, once that is drawn. */
export function goToAnchor(page: NotebookController, { cellId, output }: CommentThread["anchor"]): void {
  // On a narrow page the sheet lies over it.
  page.ui.update((ui) => ({ ...ui, panelOpen: false }));
  page.select(CellId.of(cellId), { reveal: true });
  if (output === null) return;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const cell = document.querySelector(`[data-cell="${CSS.escape(cellId)}"]`);
      cell?.querySelector('[data-found-in="outputs"]')?.children[output]?.scrollIntoView({ block: "center" });
    }),
  );
}
