/** The holds of an attached run: a pause at one of its safe points, and a question that it waits for. */
import type { Fact } from "../../telemetry/facts.ts";
import type { Hold } from "../run.ts";
import type { OpenQuestion } from "./state.ts";
import type { AttachedTransition } from "./transition.ts";

type Control = Extract<Fact, { type: "control" }>;

export function heldAt(t: AttachedTransition, fact: Control): void {
  const { wish, questions, self } = t.state;
  const question = questionOf(fact, questions);
  const sinceMs = Math.round(fact.time * 1_000);
  const where = placeOf(t, fact);
  const what = `${wish.by === null ? "Paused" : `Paused by ${wish.by.displayName}`}${where}`;
  const base = { cellId: null, sinceMs, inputId: null, password: false } as const;
  const hold: Hold =
    fact.question === undefined
      ? {
          ...base,
          kind: wish.state === "step" ? "step" : "pause",
          what,
          // The process knows who asked from us: that is said already.
          why: fact.why === undefined || what.startsWith(fact.why) ? null : fact.why,
        }
      : {
          ...base,
          kind: "question",
          what: question?.prompt ?? `Waits for the answer to ${fact.question}`,
          why: question === undefined ? null : whyOf(question),
          questionId: `${self.who}/${fact.question}`,
          ...(typeof question?.deadlineMs === "number" && { deadlineMs: question.deadlineMs }),
        };
  t.set({ held: hold });
  const detail = { kind: hold.kind, step: fact.step ?? null, question: fact.question ?? null };
  t.record("held", hold.what, { atMs: sinceMs, detail });
}

/** Time on hold is not counted into the pace of its steps. */
export function holdIsOver(t: AttachedTransition, atMs: number): void {
  const { held, step } = t.state;
  if (held === null) return;
  const waitedMs = Math.max(0, atMs - held.sinceMs);
  t.set({
    held: null,
    ...(step !== null && { step: { ...step, fromMs: step.fromMs + waitedMs } }),
  });
  t.record("went-on", "Goes on", { atMs });
}

function questionOf({ question }: Control, open: readonly OpenQuestion[]): OpenQuestion | undefined {
  return question === undefined ? undefined : open.find(({ key }) => key === question);
}

function placeOf(t: AttachedTransition, fact: Control): string {
  const { step } = t.state;
  const index = fact.step ?? step?.index;
  if (index === undefined) return "";
  const total = step?.total === null || step?.total === undefined ? "" : ` of ${step.total}`;
  return ` at ${step?.label ?? "step"} ${index}${total}`;
}

/** What each answer does, and what comes at the deadline. */
function whyOf({ form, choices, deadlineMs, default: standard }: OpenQuestion): string | null {
  const lines: string[] = [];
  if (form === "approval") lines.push("Approve lets it go on; change, respond and ignore are told to it.");
  if (choices.length > 0) lines.push(`One of: ${choices.map((choice) => String(choice)).join(", ")}.`);
  if (deadlineMs !== null && standard !== undefined)
    lines.push(`At the deadline it takes ${JSON.stringify(standard)}.`);
  return lines.length === 0 ? null : lines.join("\n");
}
