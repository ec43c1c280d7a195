/** What lies in a spool, read as another program would. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { segmentName, segmentOffsets, writerFolders } from "../../src/library/attached/spool-folder.ts";
import type { Fact } from "../../src/telemetry/facts.ts";
import { KIND, readRecords, stepAt, viewOf } from "../../src/telemetry/log-codec.ts";

export interface SpooledRow {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface Spooled {
  readonly folder: string;
  readonly facts: readonly Fact[];
  readonly rows: readonly SpooledRow[];
  readonly blobs: readonly string[];
}

export function spooled(spool: string): readonly Spooled[] {
  return writerFolders(spool).map((folder) => {
    const facts: Fact[] = [];
    const rows: SpooledRow[] = [];
    const shapes = new Map<number, readonly string[]>();
    for (const offset of segmentOffsets(folder)) {
      for (const { kind, shape, body } of readRecords(readFileSync(join(folder, segmentName(offset))))) {
        const text = (): string => new TextDecoder().decode(body);
        if (kind === KIND.fact) facts.push(JSON.parse(text()) as Fact);
        else if (kind === KIND.shape) shapes.set(shape, JSON.parse(text()) as string[]);
        else {
          const view = viewOf(body);
          const names = shapes.get(shape) ?? [];
          const values = Object.fromEntries(
            names.map((name, at) => [name, view.getFloat64(16 + 8 * at, true)]),
          );
          rows.push({ step: stepAt(view, 8), values });
        }
      }
    }
    return { folder, facts, rows, blobs: readdirSync(join(folder, "blobs")) };
  });
}

/** Lines that were printed or logged, in their order. */
export function saidLines(facts: readonly Fact[]): readonly string[] {
  return facts.flatMap((fact) => (fact.type === "output" || fact.type === "log" ? [fact.text] : []));
}
