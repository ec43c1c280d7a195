import { linesOf } from "../../telemetry/log-lines.ts";
import { LEVELS } from "../../telemetry/log-templates.ts";
import type { LogLine, PlacedFact } from "../../telemetry/telemetry-store.ts";
import type { LogPart } from "./log-query.ts";
import type { RunFacts } from "./run-facts.ts";

/** The lines that are in no chunk yet, as they are now. */
export function waitingLines({ waiting, settledLines, totalLines }: RunFacts): LogPart {
  const lines = totalLines - settledLines;
  let places: readonly { readonly fact: PlacedFact; readonly sub: number }[] | null = null;
  const all = (): NonNullable<typeof places> => {
    places ??= facts.flatMap((fact) => fact.lines.map((_, sub) => ({ fact, sub })));
    return places;
  };
  const facts = waiting.filter((fact) => fact.lines.length > 0);
  const marked = facts.flatMap((fact) => fact.lines);
  const levelCounts = LEVELS.map((_, level) =>
    marked.reduce((sum, mark) => sum + (mark.level === level ? 1 : 0), 0),
  );
  return {
    firstLine: settledLines,
    lines,
    levelCounts,
    marks: async () => ({
      levels: Uint8Array.from(marked, ({ level }) => level),
      templates: Uint32Array.from(marked, ({ template }) => template),
    }),
    read: async (picked) =>
      picked.flatMap((at) => {
        const place = all()[at];
        return place ? lineOf(place.fact, place.sub, settledLines + at) : [];
      }),
  };
}

export function lineOf({ fact, writer }: PlacedFact, sub: number, index: number): readonly LogLine[] {
  const line = linesOf(fact)[sub];
  return line ? [{ index, timeMs: fact.time * 1000, writer, ...line }] : [];
}
