/** The questions of a state folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultDueMs } from "../../review/decide-question.ts";
import { openQuestionLedger } from "../../store/questions/question-ledger.ts";
import type { Clock } from "../../util/clock.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { LocalQuestions } from "./local-questions.ts";

/** Nobody waits for it at the start; whatever became due meanwhile has waited longer. */
const BEGIN_MS = 200;

export function openQuestions(folder: string, clock: Clock, logger: Logger = silentLogger): LocalQuestions {
  const path = join(folder, "questions.sqlite");
  const open = () => openQuestionLedger(path, { dueMs: defaultDueMs });
  const questions = new LocalQuestions({ open, clock, logger });
  if (existsSync(path)) questions.beginIn(BEGIN_MS);
  return questions;
}
