/** A text that came whole and grows no more, read as logs are. */
import type { LogFacts } from "../../document/output-store.ts";
import { countLineEnds } from "./line-ends.ts";
import type { LogPiece, LogSource } from "./read-log.ts";

export interface TextFacts {
  readonly seq: number;
  /** Of UTF-8. */
  readonly bytes: number;
  /** A last line without an end counts. */
  readonly lines: number;
}

/** @param bytes the whole text; null: it is gone. */
export function textSource(facts: TextFacts, bytes: () => Promise<Buffer | null>): LogSource {
  const whole: LogPiece = { firstLine: 0, lines: facts.lines };
  return {
    facts: (): LogFacts => ({ ...facts, missing: null }),
    // The last one may lack its end, and is read like the others.
    wholeLines: facts.lines,
    openLine: () => "",
    chunksOf: (from, to) => (from < facts.lines && to > 0 ? [whole] : []),
    bytesOf: bytes,
  };
}

export function linesIn(bytes: Uint8Array): number {
  const ends = countLineEnds(bytes);
  return bytes.length === 0 || bytes.at(-1) === 0x0a ? ends : ends + 1;
}
