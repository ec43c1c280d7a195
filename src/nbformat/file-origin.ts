/** What the serialiser remembers of a file. Only `parse.ts` makes one, only the serialiser looks into it. */

import type { JsonStyle } from "./json-style.ts";
import type { ObjectNode, ScalarNode } from "./json-syntax.ts";
import type { Cell, Notebook } from "./notebook.ts";
import type { FileOrigin } from "./notebook-file.ts";

/** One cell as the file has it. */
export interface CellSlot extends ScalarNode {
  /** The id in memory: the file's own, or one assigned in reading; undefined before nbformat 4.5. */
  readonly id: string | undefined;
  /** The file has no such id (missing there, or taken by an earlier cell). */
  readonly isIdAssigned: boolean;
}

export class NotebookOrigin implements FileOrigin {
  readonly __opaque = "FileOrigin";
  /** The whole file, byte order mark included. */
  readonly text: string;
  readonly style: JsonStyle;
  /** Top level; cells are spans only. Undefined when the file is of another major version. */
  readonly top: ObjectNode | undefined;
  readonly slots: readonly CellSlot[];
  /** Which slot a cell that `parseNotebook` returned came from, for cells without ids. */
  readonly slotOfCell: WeakMap<Cell, number>;
  /** For a file of another major version: the notebook as it was upgraded, as JSON. */
  readonly upgradedJson: string | undefined;

  constructor(parts: Omit<NotebookOrigin, "__opaque">) {
    this.text = parts.text;
    this.style = parts.style;
    this.top = parts.top;
    this.slots = parts.slots;
    this.slotOfCell = parts.slotOfCell;
    this.upgradedJson = parts.upgradedJson;
  }
}

/** Opens the opaque origin. */
export function originOf(origin: FileOrigin): NotebookOrigin {
  if (origin instanceof NotebookOrigin) return origin;
  throw new TypeError("A FileOrigin must come from parseNotebook.");
}

/** Whether this minor version of nbformat 4 gives cells ids. */
export function hasCellIds(notebook: Pick<Notebook, "nbformat_minor">): boolean {
  return notebook.nbformat_minor >= 5;
}
