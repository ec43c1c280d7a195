/** `OutputStore` in memory: the plainest that can be, for tests and for notebooks that leave nothing behind. */
import type {
  LinesOptions,
  LogFacts,
  LogLine,
  LogSearch,
  LogSearchResult,
  OutputStore,
} from "../../document/output-store.ts";
import type { Output } from "../../nbformat/notebook.ts";
import type { OutputRef } from "../../util/ids.ts";
import { lineText } from "../outputs/line-ends.ts";
import { patternOf, searchText } from "../outputs/search-text.ts";

export class MemoryOutputs implements OutputStore {
  private readonly logs = new Map<OutputRef, { text: string; seq: number }>();
  private readonly values = new Map<OutputRef, { output: Output; seq: number }>();
  private seq = 0;

  log(ref: OutputRef): LogFacts | null {
    const log = this.logs.get(ref);
    if (!log) return null;
    const lines = linesOf(log.text).length;
    return { seq: log.seq, bytes: Buffer.byteLength(log.text), lines, missing: null };
  }

  ends(ref: OutputRef): { readonly first: string; readonly last: string } {
    const text = this.logs.get(ref)?.text ?? "";
    return { first: text.slice(0, 4096), last: text.slice(-4096) };
  }

  async lines(
    ref: OutputRef,
    from: number,
    to: number,
    { maxLineBytes = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY }: LinesOptions = {},
  ): Promise<readonly LogLine[] | null> {
    const log = this.logs.get(ref);
    if (!log) return null;
    const found: string[] = [];
    let size = 0;
    for (const line of linesOf(log.text).slice(from, to)) {
      if (size > maxBytes) break;
      found.push(lineText(Buffer.from(line), maxLineBytes));
      size += line.length + 4;
    }
    return found;
  }

  async search(
    ref: OutputRef,
    { query, matchCase, from = 0, limit }: LogSearch,
  ): Promise<LogSearchResult | null> {
    const log = this.logs.get(ref);
    if (!log) return null;
    const rest = linesOf(log.text).slice(from).join("\n");
    return { ...searchText(rest, patternOf(query, matchCase), from, limit), next: null };
  }

  text(ref: OutputRef): AsyncIterable<Uint8Array> | null {
    const log = this.logs.get(ref);
    return log ? once(Buffer.from(log.text)) : null;
  }

  valueSeq(ref: OutputRef): number | null {
    return this.values.get(ref)?.seq ?? null;
  }

  async value(ref: OutputRef): Promise<{ readonly output: Output; readonly seq: number } | null> {
    return this.values.get(ref) ?? null;
  }

  async valueJson(ref: OutputRef): Promise<{ readonly json: Uint8Array; readonly seq: number } | null> {
    const value = this.values.get(ref);
    return value ? { json: Buffer.from(JSON.stringify(value.output)), seq: value.seq } : null;
  }

  append(ref: OutputRef, drop: number, text: string): LogFacts {
    const before = this.logs.get(ref)?.text ?? "";
    this.seq++;
    this.logs.set(ref, { text: before.slice(0, before.length - drop) + text, seq: this.seq });
    return this.log(ref) ?? { seq: 0, bytes: 0, lines: 0, missing: null };
  }

  put(ref: OutputRef, output: Output): ReturnType<OutputStore["put"]> {
    this.seq++;
    this.values.set(ref, { output, seq: this.seq });
    return { seq: this.seq, bytes: Buffer.byteLength(JSON.stringify(output)), isKept: true };
  }

  take(ref: OutputRef, output: Output): { readonly seq: number } {
    if (output.output_type === "stream") return { seq: this.append(ref, 0, output.text).seq };
    return { seq: this.put(ref, output).seq };
  }

  flush(): void {}
  async settled(): Promise<void> {}
  async durable(): Promise<void> {}

  keepOnly(refs: ReadonlySet<OutputRef>): void {
    for (const ref of [...this.logs.keys()]) if (!refs.has(ref)) this.logs.delete(ref);
    for (const ref of [...this.values.keys()]) if (!refs.has(ref)) this.values.delete(ref);
  }

  async close(): Promise<void> {}
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
