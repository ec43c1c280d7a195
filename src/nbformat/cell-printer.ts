/** Prints cells, each beside its place in the file. */
import type { JsonObject } from "../util/json.ts";
import { alignCells, type CellFace } from "./align-cells.ts";
import { assignCellIds, derivedCellId } from "./cell-ids.ts";
import { type CellSlot, hasCellIds, type NotebookOrigin } from "./file-origin.ts";
import { matches, type Part, printBeside, printFresh } from "./json-print.ts";
import type { JsonStyle } from "./json-style.ts";
import { jsonValueOf, memberOf, readNode, stringOf } from "./json-syntax.ts";
import type { Cell, Notebook } from "./notebook.ts";

const NEW = -1;

/** The text of one cell, made when it is asked for: the same each time for the same cell in the same edition. */
export interface CellText {
  readonly cell: Cell;
  /** Another object as soon as cells are printed in another way (with ids now, or further to the right). */
  readonly edition: object;
  text(): string;
}

export class CellPrinter {
  private readonly origin: NotebookOrigin | undefined;
  private readonly style: JsonStyle;
  private readonly slotById = new Map<string, number>();
  /** Slots that have no id, which cells are matched to by content. */
  private readonly faces: (CellFace | undefined)[] = [];
  private readonly hasFaces: boolean;
  private readonly hasAssignedIds: boolean;
  /** Slots of cells that have no id to find them by again. */
  private slotOfPrinted = new WeakMap<Cell, number>();
  private edition: { readonly setting: string } = { setting: "" };

  constructor(origin: NotebookOrigin | undefined, style: JsonStyle) {
    this.origin = origin;
    this.style = style;
    const slots = origin?.slots ?? [];
    for (const [index, slot] of slots.entries()) {
      if (slot.id !== undefined && !this.slotById.has(slot.id)) this.slotById.set(slot.id, index);
    }
    this.hasFaces = slots.some((slot) => slot.id === undefined);
    this.hasAssignedIds = slots.some((slot) => slot.isIdAssigned);
  }

  /** The cells in order; `indent` is the white space before each, null where they share a line. */
  *print(notebook: Notebook, indent: string | null): Generator<Part<string | CellText>> {
    const { cells } = notebook;
    const withIds = hasCellIds(notebook);
    const setting = `${withIds} ${indent}`;
    if (this.edition.setting !== setting) {
      this.edition = { setting };
      this.slotOfPrinted = new WeakMap();
    }
    const { edition } = this;
    const known = cells.map((cell) => this.slotOf(cell));
    const slots = known.includes(undefined) ? this.alignByContent(cells, known) : known;
    const kept = withIds ? this.cellsThatKeepFileIds(cells, slots) : new Set<number>();
    for (const [position, cell] of cells.entries()) {
      const index = slots[position] ?? NEW;
      const slot = this.origin?.slots[index];
      if (kept.has(position) && slot !== undefined) {
        yield { index, text: this.origin?.text.slice(slot.start, slot.end) ?? "" };
        continue;
      }
      if (cell.id === undefined) this.slotOfPrinted.set(cell, index);
      const text = (): string => this.printCell(notebook, cell, index, withIds, indent);
      yield { index, text: { cell, edition, text } };
    }
  }

  /**
   * Cells whose id was made up in reading, because the file's was missing or repeated, and that are otherwise as the
   * file has them: they stay as they are, as long as reading the new file makes up the same ids again.
   */
  private cellsThatKeepFileIds(
    cells: readonly Cell[],
    slots: readonly (number | undefined)[],
  ): ReadonlySet<number> {
    const fileIds = new Map<number, string | undefined>();
    if (this.origin === undefined || !this.hasAssignedIds) return new Set();
    const { text } = this.origin;
    for (const [position, cell] of cells.entries()) {
      const slot = this.origin.slots[slots[position] ?? NEW];
      if (slot === undefined || !slot.isIdAssigned || cell.id !== slot.id) continue;
      const node = readNode(text, slot.start);
      if (node.kind !== "object") continue;
      const id = stringOf(text, memberOf(node, "id")?.value);
      const inFile = id === undefined ? withoutId(cell) : { ...asJson(cell), id };
      if (matches(text, node, inFile, "cell")) fileIds.set(position, id);
    }
    for (;;) {
      const assigned = assignCellIds(
        cells.map((cell, index) => ({
          id: fileIds.has(index) ? fileIds.get(index) : cell.id,
          source: cell.source,
        })),
      );
      const wrong = [...fileIds.keys()].filter((index) => assigned[index] !== cells[index]?.id);
      if (wrong.length === 0) return new Set(fileIds.keys());
      for (const index of wrong) fileIds.delete(index);
    }
  }

  /** The slot of a cell, `NEW`, or undefined when only its content can tell. */
  private slotOf(cell: Cell): number | undefined {
    const known = cell.id === undefined ? this.slotOfPrinted.get(cell) : this.slotById.get(cell.id);
    return known ?? this.origin?.slotOfCell.get(cell) ?? (this.hasFaces ? undefined : NEW);
  }

  private alignByContent(cells: readonly Cell[], known: readonly (number | undefined)[]): number[] {
    const faces = (this.origin?.slots ?? []).map((slot, index) =>
      slot.id === undefined ? this.face(index) : undefined,
    );
    const slots = alignCells(
      cells.map((cell, index) => ({ cellType: cell.cell_type, source: cell.source, slot: known[index] })),
      faces,
    );
    // A live document gives its cells ids that the file has not: remembered, they find the slot next time.
    for (const [position, cell] of cells.entries()) {
      if (cell.id !== undefined && known[position] === undefined)
        this.slotById.set(cell.id, slots[position] ?? NEW);
    }
    return slots;
  }

  private face(index: number): CellFace | undefined {
    const known = this.faces[index];
    const slot = this.origin?.slots[index];
    if (known !== undefined || this.origin === undefined || slot === undefined) return known;
    const { text } = this.origin;
    const node = readNode(text, slot.start);
    if (node.kind !== "object") return undefined;
    const source = memberOf(node, "source")?.value;
    const value = source === undefined ? "" : jsonValueOf(text, source);
    const face = {
      cellType: stringOf(text, memberOf(node, "cell_type")?.value) ?? "",
      source: Array.isArray(value) ? value.join("") : String(value),
    };
    this.faces[index] = face;
    return face;
  }

  private printCell(
    notebook: Notebook,
    cell: Cell,
    index: number,
    withIds: boolean,
    indent: string | null,
  ): string {
    const slot = this.origin?.slots[index];
    if (this.origin === undefined || slot === undefined) {
      const fresh = withIds ? withId(notebook, cell) : withoutId(cell);
      return printFresh(this.style, fresh, "cell", indent);
    }
    const { text } = this.origin;
    const node = readNode(text, slot.start);
    if (node.kind !== "object") return text.slice(slot.start, slot.end);
    const fileId = stringOf(text, memberOf(node, "id")?.value);
    // Before 4.5 an id is a live document's own affair, unless the file has one all the same.
    const value = withIds
      ? withId(notebook, cell, slot)
      : fileId === undefined
        ? withoutId(cell)
        : asJson(cell);
    return printBeside({ text, style: this.style }, node, value, "cell", indent);
  }
}

function withoutId(cell: Cell): JsonObject {
  const { id: _, ...rest } = asJson(cell);
  return rest;
}

/** nbformat 4.5 wants an id for every cell; a program that adds one without gets an id that stays the same. */
function withId(notebook: Notebook, cell: Cell, slot?: CellSlot): JsonObject {
  if (cell.id !== undefined) return asJson(cell);
  if (slot?.id !== undefined && !slot.isIdAssigned) return { ...asJson(cell), id: slot.id };
  const taken = new Set(notebook.cells.map((other) => other.id));
  const place = notebook.cells.filter((other) => other.source === cell.source).indexOf(cell);
  return { ...asJson(cell), id: derivedCellId(`${place}\n${cell.source}`, (id) => taken.has(id)) };
}

function asJson(cell: Cell): JsonObject {
  return cell as unknown as JsonObject;
}
