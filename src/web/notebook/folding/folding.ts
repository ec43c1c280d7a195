/**
 * What is folded in a notebook page. Whoever may edit folds for everybody, in the notebook's metadata; what somebody
 * only came to (a link, a search) or may not edit is unfolded for them alone, until they leave.
 */
import type { EditOrigin, NotebookChange } from "../../../document/live-notebook.ts";
import { Emitter, type Unsubscribe } from "../../../util/emitter.ts";
import type { CellId } from "../../../util/ids.ts";
import type { NotebookModel } from "../../session/notebook-model.ts";
import { type FoldPart, foldEdits, isMarkedFolded } from "./fold-marks.ts";
import { type FoldedCells, foldedCells, headsOver, NOTHING_FOLDED } from "./sections.ts";

export class Folding {
  private readonly model: NotebookModel;
  private readonly activeOf: () => CellId | null;
  /** By part and cell: folded or not for this reader, whatever the notebook says. */
  private readonly own = new Map<string, boolean>();
  private readonly changes = new Emitter<void>();
  /** Not this page's `origin`: to fold is no step of undo. */
  private readonly origin: EditOrigin;
  private readonly unsubscribe: Unsubscribe;
  private whole = false;
  private order: readonly CellId[] | null = null;
  private folded: FoldedCells = NOTHING_FOLDED;
  private ids: readonly CellId[] = [];

  /** @param activeOf the reader's own cell, which nobody else folds away under their hands. */
  constructor(model: NotebookModel, activeOf: () => CellId | null) {
    this.model = model;
    this.activeOf = activeOf;
    this.origin = { ...model.origin };
    this.unsubscribe = model.live.onChange(this.follow);
  }

  readonly subscribe = (listener: () => void): Unsubscribe => {
    const stops = [this.model.onOrder(listener), this.changes.on(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  };

  /** The cells that no folded section hides, in order; the document's own array where nothing is folded. */
  readonly shownIds = (): readonly CellId[] => {
    const order = this.model.cellIds();
    if (order !== this.order) this.read(order);
    return this.ids;
  };

  /** How many cells a folded heading hides; 0: it hides none, or is not folded. */
  hiddenBy(id: CellId): number {
    this.shownIds();
    return this.folded.counts.get(id) ?? 0;
  }

  /** The headings of the sections that a cell is in, the innermost first. */
  headsOver(id: CellId): readonly CellId[] {
    return headsOver(this.model.cellIds(), this.model.cell, id);
  }

  isFolded(id: CellId, part: FoldPart): boolean {
    const own = this.own.get(`${part} ${id}`);
    if (own !== undefined) return own;
    const cell = this.model.cell(id);
    return cell !== undefined && isMarkedFolded(cell, part);
  }

  /** @param canEdit whether it is for everybody. */
  fold(ids: readonly CellId[], part: FoldPart, folded: boolean, canEdit: boolean): void {
    for (const id of ids) {
      if (canEdit) this.own.delete(`${part} ${id}`);
      else this.own.set(`${part} ${id}`, folded);
    }
    if (canEdit) {
      const cells = ids.flatMap((id) => this.model.cell(id) ?? []);
      const edits = cells.flatMap((cell) => foldEdits(cell, part, folded));
      if (edits.length > 0) this.model.live.applyAll(edits, this.origin);
    }
    this.read(this.model.cellIds());
    this.changes.emit();
  }

  /** Unfolds the sections around a cell for this reader; its own parts too, when they are what is looked for. */
  reveal(id: CellId, ...parts: readonly FoldPart[]): void {
    const folded = parts.filter((part) => this.isFolded(id, part));
    for (const part of folded) this.own.set(`${part} ${id}`, false);
    if (this.unfoldAround(id) || folded.length > 0) this.changes.emit();
  }

  /** On paper no section is folded. */
  showWhole(whole: boolean): void {
    if (whole === this.whole) return;
    this.whole = whole;
    this.read(this.model.cellIds());
    this.changes.emit();
  }

  close(): void {
    this.unsubscribe();
  }

  private unfoldAround(id: CellId): boolean {
    const order = this.model.cellIds();
    if (order !== this.order) this.read(order);
    if (!this.folded.hidden.has(id)) return false;
    for (const head of headsOver(order, this.model.cell, id))
      if (this.isFolded(head, "section")) this.own.set(`section ${head}`, false);
    this.read(order);
    return true;
  }

  private readonly follow = (change: NotebookChange): void => {
    if (change.order) this.order = null;
    else if (![...change.cells].some(this.matters)) return;
    else this.read(this.model.cellIds());
    const active = this.activeOf();
    if (active !== null) this.unfoldAround(active);
    if (!change.order) this.changes.emit();
  };

  /** What is typed into code moves no section. */
  private readonly matters = (id: CellId): boolean => {
    const cell = this.model.cell(id);
    if (cell?.cellType !== "markdown") return this.folded.counts.has(id);
    return this.folded !== NOTHING_FOLDED || this.isFolded(id, "section");
  };

  private read(order: readonly CellId[]): void {
    this.order = order;
    const { cell } = this.model;
    this.folded = this.whole
      ? NOTHING_FOLDED
      : foldedCells(order, cell, ({ id }) => this.isFolded(id, "section"));
    const shown = this.folded.hidden.size === 0 ? order : order.filter((id) => !this.folded.hidden.has(id));
    // What is typed into a heading draws no list anew.
    const same = shown.length === this.ids.length && shown.every((id, index) => id === this.ids[index]);
    if (!same || shown === order) this.ids = shown;
  }
}
