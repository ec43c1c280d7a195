/**
 * A run of a part of the notebook: from a cell, to a cell, or only some. Cells that assign parameters belong to every
 * part, because the others need their values.
 */
import type { CellSnapshot } from "../document/live-notebook.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";
import type { RunPart } from "./run.ts";
import { TAGS } from "./tags.ts";
import type { CellsView } from "./walk.ts";

/** Tells which cells belong to a part, while people insert, move and delete cells. */
export class PartOfNotebook {
  private readonly view: CellsView;
  private readonly only: ReadonlySet<CellId> | null;
  private part: RunPart | null;
  private order: readonly CellId[];
  private places: ReadonlyMap<CellId, number> = new Map();

  /** @param part null: the whole notebook. */
  constructor(part: RunPart | null, view: CellsView) {
    this.view = view;
    this.part = part;
    this.only = part === null || part.only.length === 0 ? null : new Set(part.only);
    this.order = view.cellIds();
    this.place();
  }

  has(cell: CellSnapshot): boolean {
    if (this.part === null) return true;
    this.follow();
    const tags = tagsOf(cell);
    if (tags.includes(TAGS.parameters) || tags.includes(TAGS.injected)) return true;
    if (this.only !== null && !this.only.has(cell.id)) return false;
    const place = this.places.get(cell.id) ?? 0;
    const { from, to } = this.part;
    if (from !== null && place < (this.places.get(from) ?? 0)) return false;
    return to === null || place <= (this.places.get(to) ?? -1);
  }

  /** An end that was deleted is where its nearest neighbour inside of the part is. */
  private follow(): void {
    const now = this.view.cellIds();
    if (now === this.order || this.part === null) return;
    const before = this.order;
    this.order = now;
    this.place();
    const nearest = (id: CellId | null, candidates: readonly CellId[]): CellId | null =>
      id === null || this.places.has(id) ? id : (candidates.find((other) => this.places.has(other)) ?? id);
    const { from, to } = this.part;
    this.part = {
      ...this.part,
      from: nearest(from, from === null ? [] : before.slice(before.indexOf(from))),
      to: nearest(to, to === null ? [] : before.slice(0, before.indexOf(to) + 1).reverse()),
    };
  }

  private place(): void {
    if (this.part !== null) this.places = new Map(this.order.map((id, index) => [id, index]));
  }
}
