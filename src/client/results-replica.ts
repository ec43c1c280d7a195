/** What the server's process wrote as results, followed over connections that come and go. */
import type { LiveMessage } from "../api/live.ts";
import type { EditOrigin } from "../document/live-notebook.ts";
import { NotebookResults } from "../document/notebook-results.ts";

type ResultsMessage = Extract<LiveMessage, { type: "results" | "results-state" }>;

const ORIGIN: EditOrigin = { type: "remote", label: "results" };

export class ResultsReplica {
  readonly results = new NotebookResults();
  private epoch: string | null = null;
  private whole = false;
  /** Nothing is missing up to this number; what the page does not look at may lag behind the newest. */
  private wholeTo = 0;

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
      if (!this.results.follow(message, ORIGIN)) throw new Error("results are missing");
      this.wholeTo = message.whole ?? message.version;
      return;
    }
    if (message.anew) this.results.clear(ORIGIN);
    // Known only when all of it came: a connection that is lost in between leaves a part.
    this.epoch = message.isLast ? message.epoch : null;
    this.results.set(message.cells, message.version, ORIGIN);
    if (!message.isLast) return;
    this.wholeTo = message.whole ?? message.version;
    this.whole = true;
  }

  connectionLost(): void {
    this.whole = false;
  }
}
