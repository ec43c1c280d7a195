import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Party } from "../../people/party.ts";
import { defaultDueMs } from "../../review/decide-question.ts";
import type { Question } from "../../review/question.ts";
import { openQuestionLedger } from "../../store/questions/question-ledger.ts";
import type { AskedQuestion } from "../../telemetry/facts.ts";
import { NotebookId, RunId } from "../../util/ids.ts";
import { silentLogger } from "../../util/logger.ts";
import { ManualClock } from "../manual-clock.ts";
import { LocalQuestions } from "./local-questions.ts";

const RUN = RunId.of("run_0123456789");
const NOTEBOOK = NotebookId.of("nb_0123456789ab");
const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const asked = (key: string, more: Partial<AskedQuestion> = {}): AskedQuestion => ({
  ...{ key, prompt: "Keep it?", form: "choice", choices: ["yes", "no"] },
  ...more,
});
const yes = (id: string) => ({ id, kind: "value", value: "yes", comment: null }) as const;

let folder: string;
let clock: ManualClock;
let questions: LocalQuestions;

function started(): LocalQuestions {
  const path = join(folder, "questions.sqlite");
  const open = () => openQuestionLedger(path, { dueMs: defaultDueMs });
  const made = new LocalQuestions({ open, clock, logger: silentLogger, maxPerRun: 50 });
  made.beginIn(0);
  return made;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopbook-questions-"));
  clock = new ManualClock();
  questions = started();
});
afterEach(async () => {
  await questions.close();
  rmSync(folder, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await questions.close();
  questions = started();
  await clock.pass(0);
}

test("the same key is the same question, and what it became is there after a restart", async () => {
  const first = await questions.ask(RUN, NOTEBOOK, asked("a"), 5);
  expect(await questions.ask(RUN, NOTEBOOK, asked("a", { prompt: "Again?" }), 9)).toEqual(first);
  const answered = await questions.answer(first.id, yes("answer-1"), ana);
  await restart();
  expect(await questions.get(first.id)).toEqual(answered);
  expect(await questions.answer(first.id, yes("answer-1"), ana)).toEqual(answered);
  await expect(questions.answer(first.id, yes("answer-2"), ana)).rejects.toMatchObject({
    code: "already-answered",
  });
  await questions.taken(first.id, "answer-1", 20);
  await restart();
  expect(await questions.list({ runId: RUN, status: ["taken"] })).toMatchObject([
    { takenAnswerId: "answer-1" },
  ]);
});

test("of answers that come in one moment, one is taken and every other is told", async () => {
  const { id } = await questions.ask(RUN, NOTEBOOK, asked("a"), 5);
  const sent = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => questions.answer(id, yes(`answer-${n}`), ana)),
  );
  expect(sent.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await questions.get(id))?.answers).toHaveLength(1);
});

describe("a default", () => {
  test("is taken at the deadline and told once", async () => {
    const told: Question[] = [];
    questions.onChange((question) => told.push(question));
    await questions.ask(RUN, NOTEBOOK, asked("a", { deadline: 100, default: "no" }), 0);
    await clock.pass(99_999);
    expect(told.map(({ status }) => status)).toEqual(["open"]);
    await clock.pass(1);
    await expect.poll(() => told.map(({ status }) => status)).toEqual(["open", "answered"]);
    await clock.pass(60_000);
    expect(told).toHaveLength(2);
  });

  test("whose time came while nobody was here is taken at the start, as of its time", async () => {
    await questions.ask(RUN, NOTEBOOK, asked("a", { deadline: 100, default: "no" }), 0);
    await questions.close();
    await clock.pass(500_000);
    await restart();
    await expect
      .poll(async () => (await questions.get(`${RUN}/a`))?.answer)
      .toMatchObject({ id: "default", atMs: 100_000, value: "no" });
  });

  test("comes before an answer that comes behind it", async () => {
    const { id } = await questions.ask(RUN, NOTEBOOK, asked("a", { deadline: 100, default: "no" }), 0);
    await questions.close();
    await clock.pass(500_000);
    questions = started();
    await expect(questions.answer(id, yes("answer-1"), ana)).rejects.toMatchObject({
      code: "already-answered",
    });
  });
});

test("of many, groups tell how far they are, and pages go on behind what one has", async () => {
  await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      questions.ask(RUN, NOTEBOOK, asked(`item-${n}`, { group: "labels" }), n),
    ),
  );
  await questions.answer(`${RUN}/item-3`, yes("answer-1"), ana);
  await questions.withdraw(`${RUN}/item-4`);
  expect(await questions.groups({ notebookId: NOTEBOOK })).toEqual([
    { runId: RUN, group: "labels", total: 29, open: 28, answered: 1, taken: 0 },
  ]);
  const first = await questions.list({ group: "labels", status: ["open"], limit: 10 });
  const next = await questions.list({
    ...{ group: "labels", status: ["open"], limit: 10 },
    after: first.at(-1)?.id ?? "",
  });
  expect([...first, ...next].map(({ asked: { key } }) => key)).toEqual(
    Array.from({ length: 22 }, (_, n) => `item-${n}`).filter((key) => !/-[34]$/.test(key)),
  );
});

test("a run asks so many questions and no more, and what it asked is still answered", async () => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => questions.ask(RUN, null, asked(`k${n}`), n)));
  await expect(questions.ask(RUN, null, asked("k50"), 50)).rejects.toMatchObject({
    code: "too-many-questions",
  });
  expect(await questions.ask(RUN, null, asked("k49"), 60)).toMatchObject({ status: "open" });
});

type Act = { readonly type: "answer" | "taken" | "pass" | "restart" | "retract"; readonly n: number };

test("whatever is answered, taken, due or restarted in which order, every answer that was accepted is there once", async () => {
  const acts = fc.array(
    fc.record({
      type: fc.constantFrom<Act["type"]>("answer", "taken", "pass", "restart", "retract"),
      n: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 12 },
  );
  let number = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const key = `p${number++}`;
      const run = RunId.of(`run_x${key}`);
      const deadline = clock.now() / 1_000 + 10;
      const { id } = await questions.ask(run, null, asked(key, { deadline, default: "no" }), clock.now());
      const accepted = new Set<string>();
      for (const { type, n } of all) {
        const answerId = `answer-${n}`;
        if (type === "pass") await clock.pass(4_000 * n);
        else if (type === "restart") await restart();
        else if (type === "taken") await questions.taken(id, answerId, clock.now());
        else if (type === "retract") await questions.retract(id, answerId, ana).catch(() => {});
        else {
          const current = (await questions.get(id))?.answer?.id ?? null;
          const replaces = n % 2 === 0 ? current : null;
          await questions
            .answer(id, { ...yes(answerId), replaces, comment: "why" }, ana)
            .then(() => accepted.add(answerId))
            .catch(() => {});
        }
      }
      await restart();
      const answers = (await questions.get(id))?.answers.map((answer) => answer.id) ?? [];
      expect(new Set(answers).size).toBe(answers.length);
      expect(answers.filter((one) => one !== "default").sort()).toEqual([...accepted].sort());
    }),
    { numRuns: 60 },
  );
});
