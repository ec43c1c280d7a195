/**
 * Undo of one's own edits: nobody else's, and never outputs (they are not in the shared document). Deleted cells come
 * back as they were. A cell that one made, and that others have written in since, stays with what they wrote.
 */
import * as Y from "yjs";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";
import { cellsOf, type YCell, yText } from "./schema.ts";

export interface Undo {
  undo(): boolean;
  redo(): boolean;
  /** The next edit begins a step of its own, also when it comes at once. */
  stopCapturing(): void;
  destroy(): void;
}

/** Of what an undo must put right; never undone itself. */
const REPAIR: EditOrigin = { type: "person", label: "undo" };

/**
 * @param origins what this person's transactions carry as origin: the objects themselves (an `EditOrigin` kept and
 * used for every edit, an editor binding's own origin).
 */
export function createUndo(live: LiveNotebook, origins: readonly unknown[]): Undo {
  const { doc } = live;
  const cells = cellsOf(doc);
  const manager = new Y.UndoManager(cells, {
    trackedOrigins: new Set(origins),
    captureTimeout: 500,
    deleteFilter: (item) => mayDelete(item, cells, doc.clientID),
  });
  const step = (take: () => unknown): boolean => {
    const done = take() !== null;
    if (done) dropDoubles(doc, cells);
    return done;
  };
  return {
    undo: () => step(() => manager.undo()),
    redo: () => step(() => manager.redo()),
    stopCapturing: () => manager.stopCapturing(),
    destroy: () => manager.destroy(),
  };
}

/** Of a cell that others have written in, only one's own text may go. */
function mayDelete(item: Y.Item, cells: Y.Array<YCell>, own: number): boolean {
  const cell = cellAround(item, cells);
  if (cell === null || !hasTextOfOthers(cell, own)) return true;
  return item.parent === yText(cell) && item.content instanceof Y.ContentString;
}

function cellAround(item: Y.Item, cells: Y.Array<YCell>): YCell | null {
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

/**
 * A cell that was moved, or became another kind, was made anew; where that one stays, because others wrote in it, the
 * one from before must not come back beside it.
 */
function dropDoubles(doc: Y.Doc, cells: Y.Array<YCell>): void {
  const places = new Map<unknown, number>();
  const doubles: number[] = [];
  for (const [index, cell] of cells.toArray().entries()) {
    const id = cell.get("id");
    const before = places.get(id);
    if (before === undefined) {
      places.set(id, index);
      continue;
    }
    const stays = hasTextOfOthers(cell, doc.clientID) ? index : before;
    doubles.push(stays === index ? before : index);
    places.set(id, stays);
  }
  if (doubles.length === 0) return;
  doc.transact(() => {
    for (const index of doubles.sort((a, b) => b - a)) cells.delete(index, 1);
  }, REPAIR);
}
