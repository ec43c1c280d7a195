/** What the server's process wrote as results, followed over connections that come and go. */
import type { LiveMessage } from "../api/live.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import { NotebookResults } from "../document/notebook-results.ts";
import type { CellId } from "../util/ids.ts";

type ResultsMessage = Extract<LiveMessage, { type: "results" | "results-state" }>;

const ORIGIN: EditOrigin = { type: "remote", label: "results" };

export class ResultsReplica {
  readonly results = new NotebookResults();
  private epoch: string | null = null;
  private some = false;
  private whole = false;
  /** Nothing is missing up to this number; what the page does not look at may lag behind the newest. */
  private wholeTo = 0;
  /** Cells whose results are those of an earlier original: shown until they are told anew, or all is told. */
  private old = new Set<CellId>();

  /** On this connection something came: the results of what is shown first. */
  get isBegun(): boolean {
    return this.some;
  }

  /** On this connection all came that the server had. */
  get isWhole(): boolean {
    return this.whole;
  }

  /** Where to connect, saying what is here already. */
  address(url: string): string {
    if (this.epoch === null) return url;
    return `${url}${url.includes("?") ? "&" : "?"}results=${this.epoch}.${this.wholeTo}`;
  }

  /** @throws Error when writes are missing: the connection is not to be trusted. */
  receive(message: ResultsMessage): void {
    if (message.type === "results") {
      // What is written is written into what the original has: of a cell that it said nothing of, nothing.
      this.forgetOld(new Set(message.edits.map(({ id }) => id).filter((id) => this.old.has(id))));
      if (!this.results.follow(message, ORIGIN)) throw new Error("results are missing");
      this.wholeTo = message.whole ?? message.version;
      return;
    }
    if (message.anew) this.old = this.results.beginAnew();
    // A connection that is lost before all came leaves a part; how far it goes is said.
    this.epoch = message.isLast || message.whole !== undefined ? message.epoch : null;
    this.wholeTo = message.whole ?? message.version;
    this.results.set(message.cells, message.version, ORIGIN);
    this.some = true;
    for (const { id } of message.cells) this.old.delete(id);
    if (!message.isLast) return;
    this.whole = true;
    this.forgetOld(new Set(this.old));
  }

  private forgetOld(cells: ReadonlySet<CellId>): void {
    for (const id of cells) this.old.delete(id);
    this.results.forget(cells, ORIGIN);
  }

  connectionLost(): void {
    this.some = false;
    this.whole = false;
  }
}
