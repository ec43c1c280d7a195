/** What a summary says beside its table, for its text and its markup. Pure. */
import { formatBytes } from "../../util/sizes.ts";
import type { SummaryFace } from "../faces.ts";
import type { LogLevel } from "../facts.ts";

export const LEVELS: readonly LogLevel[] = ["critical", "error", "warning", "info", "debug"];

/** `churn-7 · step 12 of 100`. */
export function summaryTitle({ name, step, total }: SummaryFace): string {
  if (step === null) return name;
  const at = step.toLocaleString("en");
  return `${name} · step ${at}${total === null ? "" : ` of ${total.toLocaleString("en")}`}`;
}

/** `1 error, 3 warnings, 120 info`; empty: no line was logged. */
export function levelWords(counts: Readonly<Record<LogLevel, number>>): string {
  return LEVELS.filter((level) => counts[level] > 0)
    .map((level) => `${counts[level].toLocaleString("en")} ${levelWord(level, counts[level])}`)
    .join(", ");
}

function levelWord(level: LogLevel, count: number): string {
  return (level === "error" || level === "warning") && count !== 1 ? `${level}s` : level;
}

/** One sentence for each kind of trouble; none: everything is there, in order. */
export function troubleSentences({
  dropped,
  rejected,
  outOfOrder,
}: SummaryFace["troubles"]): readonly string[] {
  const count = (value: number, one: string, many: string): string =>
    `${value.toLocaleString("en")} ${value === 1 ? one : many}`;
  return [
    ...(dropped > 0
      ? [`${count(dropped, "record was", "records were")} dropped by the pipeline for want of room.`]
      : []),
    ...(rejected > 0 ? [`${count(rejected, "record", "records")} could not be read.`] : []),
    ...(outOfOrder > 0
      ? [
          `${count(outOfOrder, "point", "points")} came out of order, and ${outOfOrder === 1 ? "is" : "are"} kept.`,
        ]
      : []),
  ];
}

export function artefactWords(artefacts: SummaryFace["artefacts"]): string {
  return artefacts.map(({ name, sizeBytes }) => `${name} (${formatBytes(sizeBytes)})`).join(", ");
}
