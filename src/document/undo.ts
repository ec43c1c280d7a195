/**
 * Undo of one's own edits: nobody else's, and never outputs (they are not in the shared document). Deleted cells come
 * back as they were. A cell that one made, and that others have written in since, stays with what they wrote.
 */
import * as Y from "yjs";
import type { LiveNotebook } from "./live-notebook.ts";
import { cellsOf, type YCell, type YElement, yText } from "./schema.ts";

export interface Undo {
  undo(): boolean;
  redo(): boolean;
  /** The next edit begins a step of its own, also when it comes at once. */
  stopCapturing(): void;
  destroy(): void;
}

/**
 * @param origins what this person's transactions carry as origin: the objects themselves (an `EditOrigin` kept and
 * used for every edit, an editor binding's own origin).
 */
export function createUndo(live: LiveNotebook, origins: readonly unknown[]): Undo {
  const { doc } = live;
  const cells = cellsOf(doc);
  /** What the step that is being taken back had made. */
  let made: readonly Step[] = [];
  const manager = new Y.UndoManager(cells, {
    trackedOrigins: new Set(origins),
    captureTimeout: 500,
    deleteFilter: (item) => mayDelete(item, cells, doc.clientID, made),
  });
  const step = (stack: readonly Step[], take: () => unknown): boolean => {
    // Steps that change nothing any more are passed over, so more than the last may be taken.
    made = [...stack];
    const done = take() !== null;
    made = [];
    return done;
  };
  return {
    undo: () => step(manager.undoStack, () => manager.undo()),
    redo: () => step(manager.redoStack, () => manager.redo()),
    stopCapturing: () => manager.stopCapturing(),
    destroy: () => manager.destroy(),
  };
}

type Step = Y.UndoManager["undoStack"][number];

/** Of a cell that one made, and that others have written in since, only one's own text may go. */
function mayDelete(item: Y.Item, cells: Y.Array<YElement>, own: number, made: readonly Step[]): boolean {
  const cell = cellAround(item, cells);
  if (cell === null || !hasTextOfOthers(cell, own)) return true;
  if (item.parent === yText(cell) && item.content instanceof Y.ContentString) return true;
  const step = made.findLast(({ insertions }) => Y.isDeleted(insertions, item.id));
  const home = cell._item;
  // A move, another kind, a tag: as long as the same step did not make the cell itself.
  return step !== undefined && home !== null && !Y.isDeleted(step.insertions, home.id);
}

function cellAround(item: Y.Item, cells: Y.Array<YElement>): YCell | null {
  for (let inner: Y.Item | null = item; inner !== null; ) {
    const { parent }: Y.Item = inner;
    if (parent === cells) {
      const { content }: Y.Item = inner;
      return content instanceof Y.ContentType && content.type instanceof Y.Map ? content.type : null;
    }
    inner = parent instanceof Y.AbstractType ? parent._item : null;
  }
  return null;
}

function hasTextOfOthers(cell: YCell, own: number): boolean {
  for (let item = yText(cell)._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable && item.id.client !== own) return true;
  }
  return false;
}
