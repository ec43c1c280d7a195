/**
 * Results on their way to one connection: each turn's writes while it keeps up, else the cells that changed since
 * what it knows, piece by piece, those that it looks at first. What is written into a cell that runs and that the
 * client does not look at is held back until it does, or until the cell has ended. Pure of sockets: gives the texts
 * to send.
 */
import type { LiveMessage } from "../../api/live.ts";
import type { OutputEdit } from "../../document/edits.ts";
import type { CellResultsEntry, NotebookResults } from "../../document/notebook-results.ts";
import type { CellId } from "../../util/ids.ts";

/** Characters of cells in one piece; a cell with more has a piece of its own. */
export interface PieceSizes {
  /** It goes before the document: what a big screen shows, and no more. */
  readonly first: number;
  readonly more: number;
}

const PIECES: PieceSizes = { first: 32 * 1024, more: 64 * 1024 };

export interface ResultsSource {
  readonly results: NotebookResults;
  /** Of this original; another server process has another. */
  readonly epoch: string;
  /** Cells in the order in which they stand: who knows nothing is told of the first ones first. */
  cellIds(): readonly CellId[];
}

/** The writes of one turn, once for all connections. */
export interface ResultsTurn {
  readonly after: number;
  readonly version: number;
  readonly edits: readonly OutputEdit[];
  readonly text: string;
}

export class ResultsFeed {
  private readonly source: ResultsSource;
  private readonly sizes: PieceSizes;
  /** What was dealt with, and what the client has heard of. */
  private known = 0;
  private told = 0;
  private isNew: boolean;
  /** Cells that the client looks at; null: all. */
  private looking: ReadonlySet<string> | null = null;
  /** Cells that run, of which something was held back. */
  private readonly stale = new Set<CellId>();
  /** Cells that the client is told of by and by, and the order in which that is done. */
  private readonly due = new Set<CellId>();
  private queue: CellId[] = [];
  /** The client has not heard yet that it has all. */
  private owesLast = false;
  /** The number before the first of what it lacks: so far the client has everything, should it come back. */
  private wholeTo: number | null = null;

  /** @param has what the client says that it knows: `<epoch>.<version>`, or null. */
  constructor(source: ResultsSource, has: string | null, sizes = PIECES) {
    this.source = source;
    this.sizes = sizes;
    const version = versionOf(has, source);
    this.isNew = version === null;
    this.known = version ?? 0;
    this.told = this.known;
  }

  /** The answer to a newcomer, which is told in any case: the first piece, others are `more`. */
  greet(): readonly string[] {
    this.owesLast = true;
    this.gather();
    return [this.piece(this.next(this.sizes.first))];
  }

  get hasMore(): boolean {
    return this.due.size > 0 || this.owesLast;
  }

  /** The next piece of what the client lacks; null: it lacks nothing that it is to be told now. */
  more(): string | null {
    if (!this.hasMore) return null;
    return this.piece(this.next(this.sizes.more));
  }

  /** For a client that missed turns: the first piece of all that changed since. */
  catchUp(): readonly string[] {
    for (const id of this.stale) this.owe(id);
    this.stale.clear();
    this.gather();
    const text = this.more();
    return text === null ? [] : [text];
  }

  /** From now on the client looks at these cells. What it lacks of them, `looked` gives. */
  look(cells: ReadonlySet<string> | null): void {
    this.looking = cells;
  }

  /** What was held back of cells that the client looks at now, or was still to come. */
  looked(): readonly string[] {
    if (this.stale.size === 0 && this.due.size === 0) return [];
    // Else what was written in this turn would be told twice.
    this.gather();
    const due = this.looking === null ? [] : [...this.due];
    return this.refresh([...this.stale, ...due].filter((id) => this.looksAt(id)));
  }

  /** What the connection is to be sent for this turn. */
  turn(turn: ResultsTurn): readonly string[] {
    // It is told already, or due: then before the messages that speak of it.
    if (turn.version <= this.known) return this.refresh(this.dueIn(turn.edits));
    if (turn.after !== this.known) {
      this.gather();
      return this.refresh(this.dueIn(turn.edits));
    }
    this.known = turn.version;
    const { edits, ended } = this.divide(turn.edits);
    this.noteLack(turn.after);
    const texts: string[] = [];
    if (edits.length > 0) {
      const isAll = this.wholeTo === null && edits.length === turn.edits.length && turn.after === this.told;
      const { version } = turn;
      const message = { type: "results", after: this.told, version, ...this.whole(), edits } as const;
      texts.push(isAll ? turn.text : JSON.stringify(message satisfies LiveMessage));
      this.told = version;
    }
    return [...texts, ...this.refresh(ended)];
  }

  /** What the client is told now, and the cells that ended of which it lacks something. */
  private divide(edits: readonly OutputEdit[]): {
    readonly edits: readonly OutputEdit[];
    readonly ended: readonly CellId[];
  } {
    if (this.looking === null && this.stale.size === 0 && this.due.size === 0) return { edits, ended: [] };
    const told: OutputEdit[] = [];
    const ended: CellId[] = [];
    for (const edit of edits) {
      const { id } = edit;
      const beginsAnew = edit.type === "begin-execution" && !edit.keepOutputs;
      // Whatever it lacks is gone.
      if (beginsAnew) this.due.delete(id);
      if (beginsAnew || edit.type === "clear-outputs") this.stale.delete(id);
      else if (!this.lacks(id) && this.mayHoldBack(edit)) this.stale.add(id);
      // That it began is told in any case: what was held back may be cleared, and then nothing else would say so.
      if (!this.lacks(id) || edit.type === "begin-execution") told.push(edit);
      else if (edit.type === "end-execution") ended.push(id);
    }
    return { edits: told, ended };
  }

  private dueIn(edits: readonly OutputEdit[]): CellId[] {
    return this.due.size === 0
      ? []
      : [...new Set(edits.map(({ id }) => id))].filter((id) => this.due.has(id));
  }

  private lacks(id: CellId): boolean {
    return this.stale.has(id) || this.due.has(id);
  }

  private mayHoldBack({ id, type }: OutputEdit): boolean {
    if (this.looksAt(id) || type === "begin-execution" || type === "end-execution") return false;
    return this.source.results.of(id).executionState === "running";
  }

  private looksAt(id: CellId): boolean {
    return this.looking?.has(id) ?? true;
  }

  /** Everything that changed since what is known is due. */
  private gather(): void {
    const { results } = this.source;
    if (results.version === this.known) return;
    const changed = new Set<CellId>();
    for (const { id } of results.entries(this.known)) changed.add(id);
    const isMuch = changed.size > 1;
    for (const id of isMuch ? this.source.cellIds() : []) if (changed.delete(id)) this.owe(id);
    for (const id of changed) this.owe(id);
    const { known } = this;
    this.known = results.version;
    this.noteLack(known);
  }

  private owe(id: CellId): void {
    this.stale.delete(id);
    if (this.due.has(id)) return;
    this.due.add(id);
    this.queue.push(id);
  }

  /** @param before the number before what the client may lack now. */
  private noteLack(before: number): void {
    if (this.stale.size === 0 && this.due.size === 0) this.wholeTo = null;
    else this.wholeTo ??= before;
  }

  /** Cells that are due, as many as make a piece; they are due no more. */
  private next(limit: number): string[] {
    const { results } = this.source;
    if (results.version !== this.known) this.gather();
    const cells: string[] = [];
    let [size, at] = [0, 0];
    for (; at < this.queue.length; at++) {
      const id = this.queue[at];
      if (id === undefined || !this.due.has(id)) continue;
      const text = JSON.stringify({ id, ...results.of(id) } satisfies CellResultsEntry);
      if (size > 0 && size + text.length > limit) break;
      this.due.delete(id);
      cells.push(text);
      size += text.length;
    }
    this.queue = this.queue.slice(at);
    return cells;
  }

  /** These cells as they are. */
  private refresh(ids: readonly CellId[]): readonly string[] {
    if (ids.length === 0) return [];
    const { results } = this.source;
    for (const id of ids) {
      this.stale.delete(id);
      this.due.delete(id);
    }
    return [
      this.piece(ids.map((id) => JSON.stringify({ id, ...results.of(id) } satisfies CellResultsEntry))),
    ];
  }

  private piece(cells: readonly string[]): string {
    this.noteLack(this.known);
    const { known: version, isNew: anew } = this;
    const isLast = this.due.size === 0;
    const { epoch } = this.source;
    const head = { type: "results-state", epoch, version, ...this.whole(), anew, isLast } as const;
    this.told = version;
    this.isNew = false;
    if (isLast) this.owesLast = false;
    return `${JSON.stringify(head satisfies Omit<StateMessage, "cells">).slice(0, -1)},"cells":[${cells.join(",")}]}`;
  }

  private whole(): { readonly whole?: number } {
    return this.wholeTo === null ? {} : { whole: this.wholeTo };
  }
}

type StateMessage = Extract<LiveMessage, { type: "results-state" }>;

function versionOf(has: string | null, { results, epoch }: ResultsSource): number | null {
  const match = /^(?<epoch>[^.]+)\.(?<version>\d{1,15})$/.exec(has ?? "");
  if (match?.groups?.epoch !== epoch) return null;
  const version = Number(match.groups.version);
  return version <= results.version ? version : null;
}
