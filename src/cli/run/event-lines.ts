/** `--json`: one event a line, from the changes of a run's snapshot. Pure. */
import type { RunSnapshot } from "../../runs/run.ts";

export type JsonEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a machine is told of the step from one snapshot to the next. `before: null`: of the first one. */
export function eventsBetween(before: RunSnapshot | null, run: RunSnapshot): JsonEvent[] {
  const events: JsonEvent[] = [];
  if (before === null) {
    events.push({
      type: "started",
      run: run.id,
      name: run.name,
      input: run.inputPath,
      output: run.outputPath,
      steps: run.stepsTotal,
      values: run.values,
      atMs: run.startedAtMs,
    });
  }
  const lastSeq = before?.recentEvents.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  for (const event of run.recentEvents) {
    if (event.seq <= lastSeq) continue;
    const by = `${event.by.who}/${event.by.using}`;
    events.push({ ...event, type: "event", event: event.type, by });
  }
  for (const [cell, status] of Object.entries(run.steps)) {
    const known = before?.steps[cell as keyof RunSnapshot["steps"]];
    if (status !== known && status !== "pending") {
      events.push({ type: "step", cell, status, done: run.stepsDone, total: run.stepsTotal });
    }
  }
  if (run.hold !== null && run.hold.sinceMs !== before?.hold?.sinceMs)
    events.push({ type: "held", ...run.hold });
  if (run.status !== before?.status) events.push({ type: "status", status: run.status });
  if (run.endedAtMs !== null && (before === null || before.endedAtMs === null)) {
    events.push({
      type: "ended",
      run: run.id,
      status: run.status,
      exitCode: run.exitCode,
      outcome: run.outcome,
      output: run.outputPath,
      done: run.stepsDone,
      total: run.stepsTotal,
      tookMs: run.endedAtMs - run.startedAtMs,
      atMs: run.endedAtMs,
    });
  }
  return events;
}
