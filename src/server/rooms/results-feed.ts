/**
 * Results on their way to one connection: each turn's writes while it keeps up, else the cells that changed since
 * what it knows. What is written into a cell that runs and that the client does not look at is held back until it
 * does, or until the cell has ended. Pure of sockets: gives the texts to send.
 */
import type { LiveMessage } from "../../api/live.ts";
import type { OutputEdit } from "../../document/edits.ts";
import type { CellResultsEntry, NotebookResults } from "../../document/notebook-results.ts";
import type { CellId } from "../../util/ids.ts";

/** Characters of cells in one message; a cell with more has a message of its own. */
const CHUNK = 64 * 1024;

export interface ResultsSource {
  readonly results: NotebookResults;
  /** Of this original; another server process has another. */
  readonly epoch: string;
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
  /** What was dealt with, and what the client has heard of. */
  private known = 0;
  private told = 0;
  private isNew: boolean;
  /** Cells that the client looks at; null: all. */
  private looking: ReadonlySet<string> | null = null;
  /** Cells of which something was held back. */
  private readonly stale = new Set<CellId>();
  /** The number before the first of what is held back: so far the client has everything, should it come back. */
  private wholeTo: number | null = null;

  /** @param has what the client says that it knows: `<epoch>.<version>`, or null. */
  constructor(source: ResultsSource, has: string | null) {
    this.source = source;
    const version = versionOf(has, source);
    this.isNew = version === null;
    this.known = version ?? 0;
    this.told = this.known;
  }

  /** From now on the client looks at these cells. What it lacks of them, `looked` gives. */
  look(cells: ReadonlySet<string> | null): void {
    this.looking = cells;
  }

  /** What was held back of cells that the client looks at now. */
  looked(): readonly string[] {
    return this.refresh([...this.stale].filter((id) => this.looksAt(id)));
  }

  /** What the connection is to be sent for this turn; null: it knows it already. */
  turn(turn: ResultsTurn): readonly string[] {
    if (turn.version <= this.known) return [];
    if (turn.after !== this.known) return this.catchUp();
    this.known = turn.version;
    const { edits, ended } = this.divide(turn.edits);
    if (this.stale.size === 0) this.wholeTo = null;
    else this.wholeTo ??= turn.after;
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

  /** What the client is told now, and the cells that ended of which something was held back. */
  private divide(edits: readonly OutputEdit[]): {
    readonly edits: readonly OutputEdit[];
    readonly ended: readonly CellId[];
  } {
    if (this.looking === null && this.stale.size === 0) return { edits, ended: [] };
    const told: OutputEdit[] = [];
    const ended: CellId[] = [];
    for (const edit of edits) {
      const { id } = edit;
      const beginsAnew = edit.type === "begin-execution" && !edit.keepOutputs;
      // Whatever was held back is gone.
      if (beginsAnew || edit.type === "clear-outputs") this.stale.delete(id);
      else if (!this.stale.has(id) && this.mayHoldBack(edit)) this.stale.add(id);
      if (!this.stale.has(id)) told.push(edit);
      else if (edit.type === "end-execution") ended.push(id);
    }
    return { edits: told, ended };
  }

  private mayHoldBack({ id, type }: OutputEdit): boolean {
    if (this.looksAt(id) || type === "begin-execution" || type === "end-execution") return false;
    return this.source.results.of(id).executionState === "running";
  }

  private looksAt(id: CellId): boolean {
    return this.looking?.has(id) ?? true;
  }

  /** These cells as they are. */
  private refresh(ids: readonly CellId[]): readonly string[] {
    if (ids.length === 0) return [];
    const { results, epoch } = this.source;
    for (const id of ids) this.stale.delete(id);
    if (this.stale.size === 0) this.wholeTo = null;
    this.told = this.known;
    const cells = ids.map((id): CellResultsEntry => ({ id, ...results.of(id) }));
    const head = { type: "results-state", epoch, version: this.known, ...this.whole() } as const;
    return [JSON.stringify({ ...head, cells, anew: false, isLast: true } satisfies StateMessage)];
  }

  /** All that changed since what it knows; at the beginning also when nothing did, so that it knows that it has all. */
  catchUp(): readonly string[] {
    const { results, epoch } = this.source;
    const { version } = results;
    if (!this.isNew && this.known === version && this.stale.size === 0) return [];
    const chunks = chunksOf(this.missing());
    const anew = this.isNew;
    this.known = version;
    this.told = version;
    this.stale.clear();
    this.wholeTo = null;
    this.isNew = false;
    return chunks.map((cells, index): string => {
      const isLast = index === chunks.length - 1;
      const head = { type: "results-state", epoch, version, anew: anew && index === 0, isLast } as const;
      return `${JSON.stringify(head satisfies Omit<StateMessage, "cells">).slice(0, -1)},"cells":[${cells.join(",")}]}`;
    });
  }

  private whole(): { readonly whole?: number } {
    return this.wholeTo === null ? {} : { whole: this.wholeTo };
  }

  private *missing(): Generator<CellResultsEntry> {
    const { results } = this.source;
    for (const entry of results.entries(this.known)) {
      this.stale.delete(entry.id);
      yield entry;
    }
    for (const id of this.stale) yield { id, ...results.of(id) };
  }

  /** The answer to a newcomer, which is told in any case. */
  greet(): readonly string[] {
    const texts = this.catchUp();
    if (texts.length > 0) return texts;
    const { epoch } = this.source;
    const { known: version } = this;
    return [
      JSON.stringify({
        type: "results-state",
        epoch,
        version,
        cells: [],
        anew: false,
        isLast: true,
      } satisfies StateMessage),
    ];
  }
}

type StateMessage = Extract<LiveMessage, { type: "results-state" }>;

function chunksOf(entries: Iterable<CellResultsEntry>): string[][] {
  const chunks: string[][] = [[]];
  let size = 0;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    if (size > 0 && size + text.length > CHUNK) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(text);
    size += text.length;
  }
  return chunks;
}

function versionOf(has: string | null, { results, epoch }: ResultsSource): number | null {
  const match = /^(?<epoch>[^.]+)\.(?<version>\d{1,15})$/.exec(has ?? "");
  if (match?.groups?.epoch !== epoch) return null;
  const version = Number(match.groups.version);
  return version <= results.version ? version : null;
}
