/** Reads outputs that are too big for the live notebook, as much of them as somebody looks at. */
import { outputPath } from "../api/output-path.ts";
import type { OutputLines, OutputSearch } from "../api/outputs.ts";
import type { Output } from "../nbformat/notebook.ts";
import type { OutputRef } from "../util/ids.ts";
import type { ApiClient } from "./api-client.ts";

export interface SearchOptions {
  readonly matchCase?: boolean;
  /** Numbers of lines that are wanted in all; more are only counted. Default 10,000. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Told after each step: what was found so far. */
  readonly onProgress?: (found: OutputSearch) => void;
}

export class OutputsClient {
  private readonly api: ApiClient;
  private readonly notebookId: string;

  constructor(api: ApiClient, notebookId: string) {
    this.api = api;
    this.notebookId = notebookId;
  }

  /** The newest state of a value. */
  value(ref: OutputRef, signal?: AbortSignal): Promise<Output> {
    return this.api.read(outputPath(this.notebookId, ref), signal);
  }

  /** The answer may have fewer lines than were asked for. */
  lines(ref: OutputRef, from: number, to: number, signal?: AbortSignal): Promise<OutputLines> {
    return this.api.read(outputPath(this.notebookId, ref, `lines?from=${from}&to=${to}`), signal);
  }

  /** Over the whole log, step by step. */
  async search(ref: OutputRef, query: string, options: SearchOptions = {}): Promise<OutputSearch> {
    const { matchCase, limit = 10_000, signal, onProgress } = options;
    const lines: number[] = [];
    let count = 0;
    for (let from: number | null = 0; from !== null; ) {
      const asked = new URLSearchParams({ query, from: String(from), limit: String(limit - lines.length) });
      if (matchCase !== undefined) asked.set("matchCase", String(matchCase));
      const step: OutputSearch = await this.api.read(
        outputPath(this.notebookId, ref, `search?${asked}`),
        signal,
      );
      lines.push(...step.lines);
      count += step.count;
      from = step.next;
      onProgress?.({ lines, count, next: from });
    }
    return { lines, count, next: null };
  }

  /** Where a form of a value is shown from. `seq` makes a new address of each state. */
  dataAddress(ref: OutputRef, mime: string, seq: number): string {
    const query = new URLSearchParams({ mime, seq: String(seq) });
    return `${this.api.baseUrl}${outputPath(this.notebookId, ref, `data?${query}`)}`;
  }

  /** Where the whole log is downloaded from. */
  textAddress(ref: OutputRef): string {
    return `${this.api.baseUrl}${outputPath(this.notebookId, ref, "text")}`;
  }
}
