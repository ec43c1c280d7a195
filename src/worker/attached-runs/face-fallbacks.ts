/** What stands beside a face for programs that do not know it. */
import type { Question } from "../../review/question.ts";
import type { ChartFace, LogsFace, SummaryFace } from "../../telemetry/faces.ts";
import type { LogLine, RunTelemetry } from "../../telemetry/telemetry-store.ts";

type Fallback = Readonly<Record<string, string>>;

export function summaryFallback({ step, total, series }: SummaryFace): Fallback {
  const place = step === null ? [] : [`step ${step}${total === null ? "" : ` of ${total}`}`];
  const lines = series.map(({ name, last, count }) => `${name}: ${last} (${count})`);
  return { "text/plain": [...place, ...lines].join("\n") || "no telemetry yet" };
}

export function logsFallback(face: LogsFace, tail: readonly LogLine[]): Fallback {
  const lines = tail.map(({ level, text }) => `${level.toUpperCase()} ${text}`);
  return { "text/plain": [`${face.total} lines`, ...lines].join("\n") };
}

export async function chartFallback(face: ChartFace, _telemetry: RunTelemetry): Promise<Fallback> {
  return { "text/plain": `Charts of ${face.series.join(", ")}` };
}

export function questionFallback({ asked, answer }: Question): Fallback {
  const answered = answer === null ? "not answered yet" : `${answer.kind}: ${JSON.stringify(answer.value)}`;
  return { "text/plain": `${asked.prompt}\n${answered}` };
}
