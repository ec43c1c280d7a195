import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Party } from "../people/party.ts";
import type { AskedQuestion } from "../telemetry/facts.ts";
import { RunId } from "../util/ids.ts";
import { askAgain, decideQuestion, newQuestion, type QuestionEvent } from "./decide-question.ts";
import type { Answer, Question } from "./question.ts";

const RUN = RunId.of("run_0123456789");
const person = (who: string, displayName = who): Party => ({
  kind: "person",
  who,
  using: "browser",
  displayName,
});
const ana = person("ana", "Ana");
const ben = person("ben", "Ben");
const asked: AskedQuestion = {
  ...{ key: "release", prompt: "Release model 14?", form: "choice", choices: ["yes", "no"] },
  ...{ deadline: 10, default: "no" },
};
const question = newQuestion(RUN, null, asked, 1_000);

function answer(
  by: Party,
  value: string,
  more: Partial<Answer> = {},
): Extract<QuestionEvent, { type: "answer" }> {
  const given = { id: `${by.who}-${value}`, by, atMs: 2_000, kind: "value", value, comment: null } as const;
  return { type: "answer", answer: { ...given, replaces: null, ...more } };
}

function become(events: readonly QuestionEvent[], from: Question = question): Question {
  let now = from;
  for (const event of events) {
    const decided = decideQuestion(now, event);
    if (!decided.ok) throw new Error(`${decided.code}: ${decided.message}`);
    now = decided.question;
  }
  return now;
}

const refusal = (events: readonly QuestionEvent[], event: QuestionEvent): string | null => {
  const decided = decideQuestion(become(events), event);
  return decided.ok ? null : decided.code;
};

describe("an answer", () => {
  test("is in force until the pipeline has it, and told once", () => {
    const given = become([answer(ana, "yes")]);
    expect(given).toMatchObject({ status: "answered", answer: { value: "yes", by: ana } });
    expect(become([{ type: "taken", answerId: "ana-yes", atMs: 3_000 }], given)).toMatchObject({
      ...{ status: "taken", takenAtMs: 3_000, takenAnswerId: "ana-yes" },
    });
  });

  test("sent again is the same answer", () => {
    const once = become([answer(ana, "yes")]);
    expect(become([answer(ana, "yes")], once)).toBe(once);
  });

  test("of a second person is told who was first, and replaces it only where they saw it", () => {
    const late = decideQuestion(become([answer(ana, "yes")]), answer(ben, "no"));
    expect(late).toMatchObject({ ok: false, code: "already-answered" });
    expect(!late.ok && late.message).toContain("Ana answered a moment ago");
    const corrected = become([answer(ana, "yes"), answer(ben, "no", { replaces: "ana-yes" })]);
    expect(corrected).toMatchObject({ status: "answered", answer: { value: "no", by: ben } });
    expect(corrected.answers).toHaveLength(2);
  });

  test("after the pipeline went on needs a reason, and is recorded beside what it went on with", () => {
    const gone: readonly QuestionEvent[] = [
      answer(ana, "yes"),
      { type: "taken", answerId: "ana-yes", atMs: 3_000 },
    ];
    expect(refusal(gone, answer(ben, "no", { replaces: "ana-yes" }))).toBe("answer-needs-reason");
    const late = answer(ben, "no", { replaces: "ana-yes", comment: "The test set leaked." });
    expect(become([...gone, late])).toMatchObject({
      ...{
        status: "taken",
        takenAnswerId: "ana-yes",
        answer: { value: "no", comment: "The test set leaked." },
      },
    });
  });

  test("can be taken back until the pipeline has it, by who gave it", () => {
    const back = { type: "retract", answerId: "ana-yes", by: ana, atMs: 2_500 } as const;
    expect(become([answer(ana, "yes"), back])).toMatchObject({ status: "open", answer: null });
    expect(become([answer(ana, "yes"), back, answer(ben, "no")])).toMatchObject({ answer: { value: "no" } });
    expect(refusal([answer(ana, "yes")], { ...back, by: ben })).toBe("not-yours-to-answer");
    const taken = { type: "taken", answerId: "ana-yes", atMs: 3_000 } as const;
    expect(refusal([answer(ana, "yes"), taken], back)).toBe("answer-taken");
    // The pipeline had it already when that was said here.
    expect(become([answer(ana, "yes"), back, taken])).toMatchObject({
      ...{ status: "taken", takenAnswerId: "ana-yes", answer: { value: "yes" } },
    });
  });
});

describe("the default", () => {
  test("is taken at the deadline, once, and not before", () => {
    expect(become([{ type: "time", atMs: 9_999 }])).toBe(question);
    const due = become([{ type: "time", atMs: 60_000 }]);
    expect(due).toMatchObject({
      status: "answered",
      answer: { id: "default", kind: "default", atMs: 10_000 },
    });
    expect(become([{ type: "time", atMs: 70_000 }], due)).toBe(due);
  });

  test("is not taken where somebody answered, or where there is none", () => {
    const given = become([answer(ana, "yes")]);
    expect(become([{ type: "time", atMs: 60_000 }], given)).toBe(given);
    const { default: _, ...open } = asked;
    const waits = newQuestion(RUN, null, open, 1_000);
    expect(become([{ type: "time", atMs: 60_000 }], waits)).toBe(waits);
  });

  test("that a pipeline took while its server was away is what it went on with", () => {
    const alone = { type: "taken", answerId: "default", atMs: 10_000 } as const;
    expect(become([alone])).toMatchObject({
      status: "taken",
      takenAnswerId: "default",
      answer: { value: "no" },
    });
    expect(become([answer(ana, "yes"), alone])).toMatchObject({
      ...{ status: "taken", takenAnswerId: "default", answer: { value: "yes" } },
    });
  });
});

test("a question that is withdrawn takes no answers, and is open again when it is asked anew", () => {
  const withdrawn = become([{ type: "withdraw" }]);
  expect(refusal([{ type: "withdraw" }], answer(ana, "yes"))).toBe("question-withdrawn");
  // The log of a pipeline may be read again.
  expect(askAgain(withdrawn, question)).toBe(withdrawn);
  expect(askAgain(withdrawn, newQuestion(RUN, null, asked, 5_000))).toMatchObject({ status: "open" });
});

test("people that are named decide, and nobody else", () => {
  const named = newQuestion(RUN, null, { ...asked, people: ["Ben"] }, 1_000);
  expect(decideQuestion(named, answer(ana, "yes"))).toMatchObject({ ok: false, code: "not-yours-to-answer" });
  expect(decideQuestion(named, answer(ben, "yes"))).toMatchObject({ ok: true });
  // Whose machine it is has no name but the one that they gave themselves.
  expect(decideQuestion(named, answer(person("local", "Ben"), "yes"))).toMatchObject({ ok: true });
  expect(decideQuestion(named, answer(person("mallory", "Ben"), "yes"))).toMatchObject({ ok: false });
});

const events = fc.oneof(
  fc
    .record({
      by: fc.constantFrom(ana, ben),
      value: fc.constantFrom("yes", "no"),
      replaces: fc.constantFrom(null, "ana-yes", "ana-no", "ben-yes", "ben-no", "default"),
      comment: fc.constantFrom(null, "why"),
    })
    .map(({ by, value, replaces, comment }): QuestionEvent => answer(by, value, { replaces, comment })),
  fc.record({
    type: fc.constant("retract" as const),
    answerId: fc.constantFrom("ana-yes", "ben-no", "default"),
    by: fc.constantFrom(ana, ben),
    atMs: fc.integer({ min: 0, max: 20_000 }),
  }),
  fc.record({
    type: fc.constant("taken" as const),
    answerId: fc.constantFrom("ana-yes", "ana-no", "ben-yes", "ben-no", "default", "unknown"),
    atMs: fc.integer({ min: 0, max: 20_000 }),
  }),
  fc.record({ type: fc.constant("time" as const), atMs: fc.integer({ min: 0, max: 20_000 }) }),
  fc.constant({ type: "withdraw" } as const),
);

test("no order of answers, deadlines and what the pipeline says loses or doubles an answer", () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 14 }), (all) => {
      let now = question;
      const accepted = new Set<string>();
      let wasTaken = false;
      for (const event of all) {
        const decided = decideQuestion(now, event);
        if (!decided.ok) continue;
        const next = decided.question;
        // Said again at once, it changes nothing.
        const again = decideQuestion(next, event);
        expect(again.ok ? again.question : next).toEqual(next);
        if (event.type === "answer") accepted.add(event.answer.id);
        const ids = next.answers.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of accepted) expect(ids).toContain(id);
        // What was there stays there, in its order.
        expect(ids.slice(0, now.answers.length)).toEqual(now.answers.map(({ id }) => id));
        expect(next.answer === null || ids.includes(next.answer.id)).toBe(true);
        expect(
          (next.status === "answered" || next.status === "taken") === false || next.answer !== null,
        ).toBe(true);
        if (next.status === "open") expect(next.answer).toBeNull();
        // What the pipeline has, it has.
        if (wasTaken) expect([next.status, next.takenAnswerId !== null]).toEqual(["taken", true]);
        wasTaken = next.status === "taken";
        now = next;
      }
    }),
    { numRuns: 2_000 },
  );
});
