/**
 * Undo of one's own edits: nobody else's, and never outputs. Deleted cells come back as they were.
 */
import * as Y from "yjs";
import type { LiveNotebook } from "./live-notebook.ts";
import { cellsOf } from "./schema.ts";

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
  const manager = new Y.UndoManager(cellsOf(live.doc), {
    trackedOrigins: new Set(origins),
    captureTimeout: 500,
  });
  return {
    undo: () => manager.undo() !== null,
    redo: () => manager.redo() !== null,
    stopCapturing: () => manager.stopCapturing(),
    destroy: () => manager.destroy(),
  };
}
