/**
 * Facts and log lines of one run, in the order in which they came: those that are in the journal still are here in
 * memory; those that are in chunks are read from there.
 */
import type { Fact, LogLevel } from "../../telemetry/facts.ts";
import { linesOf } from "../../telemetry/log-lines.ts";
import { LEVELS, LogTemplates } from "../../telemetry/log-templates.ts";
import type { FactChunk } from "./fact-chunk.ts";
import type { WaitingFact } from "./waiting-fact.ts";

export class RunFacts {
  /** In no chunk yet. */
  readonly waiting: WaitingFact[] = [];
  waitingBytes = 0;
  /** In chunks. */
  settledFacts = 0;
  settledLines = 0;
  totalLines = 0;
  readonly levelCounts: number[] = LEVELS.map(() => 0);
  templates = new LogTemplates();
  dropped = 0;

  get total(): number {
    return this.settledFacts + this.waiting.length;
  }

  add(writer: string, fact: Fact, bytes: Uint8Array, end: number): void {
    const firstLine = this.totalLines;
    const lines = linesOf(fact).map(({ level, text }) => {
      const number = LEVELS.indexOf(level);
      this.levelCounts[number] = (this.levelCounts[number] ?? 0) + 1;
      const template = this.templates.add(level, text, this.totalLines, fact.time * 1000);
      this.totalLines++;
      return { level: number, template };
    });
    if (fact.type === "dropped") this.dropped += fact.count;
    this.waiting.push({ writer, end, fact, bytes, firstLine, lines });
    this.waitingBytes += bytes.byteLength;
  }

  /** One that is on disk. */
  know({ facts, lines, levelCounts }: FactChunk): void {
    this.settledFacts += facts;
    this.settledLines += lines;
    this.totalLines += lines;
    levelCounts.forEach((count, level) => {
      this.levelCounts[level] = (this.levelCounts[level] ?? 0) + count;
    });
  }

  counts(): Readonly<Record<LogLevel, number>> {
    const [debug = 0, info = 0, warning = 0, error = 0, critical = 0] = this.levelCounts;
    return { debug, info, warning, error, critical };
  }

  /** The oldest that wait are in chunks now. */
  settle(count: number): void {
    const gone = this.waiting.splice(0, count);
    for (const { bytes, lines } of gone) {
      this.waitingBytes -= bytes.byteLength;
      this.settledLines += lines.length;
    }
    this.settledFacts += gone.length;
  }
}
