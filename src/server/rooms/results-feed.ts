/**
 * Results on their way to one connection: each turn's writes while it keeps up, else the cells that changed since
 * what it knows. Pure of sockets: gives the texts to send.
 */
import type { LiveMessage } from "../../api/live.ts";
import type { CellResultsEntry, NotebookResults } from "../../document/notebook-results.ts";

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
  readonly text: string;
}

export class ResultsFeed {
  private readonly source: ResultsSource;
  private known = 0;
  private isNew: boolean;

  /** @param has what the client says that it knows: `<epoch>.<version>`, or null. */
  constructor(source: ResultsSource, has: string | null) {
    this.source = source;
    const version = versionOf(has, source);
    this.isNew = version === null;
    this.known = version ?? 0;
  }

  /** What the connection is to be sent for this turn; null: it knows it already. */
  turn(turn: ResultsTurn): readonly string[] {
    if (turn.version <= this.known) return [];
    if (turn.after !== this.known) return this.catchUp();
    this.known = turn.version;
    return [turn.text];
  }

  /** All that changed since what it knows; at the beginning also when nothing did, so that it knows that it has all. */
  catchUp(): readonly string[] {
    const { results, epoch } = this.source;
    const { version } = results;
    if (!this.isNew && this.known === version) return [];
    const chunks = chunksOf(results.entries(this.known));
    const anew = this.isNew;
    this.known = version;
    this.isNew = false;
    return chunks.map((cells, index): string => {
      const isLast = index === chunks.length - 1;
      const head = { type: "results-state", epoch, version, anew: anew && index === 0, isLast } as const;
      return `${JSON.stringify(head satisfies Omit<StateMessage, "cells">).slice(0, -1)},"cells":[${cells.join(",")}]}`;
    });
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
