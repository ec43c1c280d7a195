/** How any program joins its notebook, and what people are asked (decision 0009). */
import { z } from "zod";
import type { Answer, Question } from "../../review/question.ts";
import type { News } from "../../usecases/attached-run.ts";
import { answerQuery, attachBody, blobQuery, declaredParameter, logQuery, newsQuery } from "../attached.ts";
import { jsonValue, parameterValues } from "../http.ts";
import { answerQuestionBody, questionsQuery } from "../questions.ts";
import { party } from "./answers.ts";
import { listOf, named, operations, raw } from "./operation.ts";

named("DeclaredParameter", declaredParameter);
const atMs = z.number().describe("Milliseconds since 1970.");

export const answer = named(
  "Answer",
  z.object({
    id: z.string(),
    by: party,
    atMs,
    kind: z.enum(["value", "approve", "change", "respond", "ignore", "default"]),
    value: jsonValue,
    comment: z.string().nullable(),
    replaces: z.string().nullable().optional(),
    retractedAtMs: atMs.optional(),
  }),
);

const question = named(
  "Question",
  z.object({
    id: z.string().describe("`<run>/<key>`; in an address the slash is `%2F`."),
    runId: z.string(),
    notebookId: z.string().nullable(),
    asked: z.looseObject({
      key: z.string(),
      prompt: z.string(),
      form: z.enum(["choice", "choices", "text", "number", "approval", "correction"]),
      choices: listOf(jsonValue).optional(),
      deadline: z.number().optional(),
      default: jsonValue.optional(),
    }),
    askedAtMs: atMs,
    status: z.enum(["open", "answered", "taken", "withdrawn"]),
    answer: answer.nullable(),
    answers: listOf(answer),
    takenAtMs: atMs.nullable(),
    takenAnswerId: z.string().nullable(),
  }),
);

const news = named(
  "News",
  z.object({
    revision: z.number().int(),
    wanted: z.object({
      state: z.enum(["go", "pause", "step", "stop"]),
      wishId: z.string(),
      by: z.string().nullable(),
    }),
    changes: listOf(
      z.object({ id: z.string(), values: parameterValues, reason: z.string().nullable(), by: z.string() }),
    ),
    answers: listOf(z.object({ key: z.string(), answer })),
  }),
);

const received = named(
  "Received",
  z.object({ received: z.number().int().describe("Bytes (lines, for lines) that are durable here.") }),
);

const attached = named(
  "Attached",
  z.object({
    runId: z.string(),
    notebookId: z.string(),
    path: z.string().nullable(),
    page: z.string().describe("The page for a person, without a secret."),
    values: parameterValues.describe("In force."),
    received: z.record(z.string(), z.number().int()).describe("By writer."),
    news,
    writer: z.looseObject({ id: z.string() }),
  }),
);

export const line = named(
  "LogLineRecord",
  z
    .looseObject({
      type: z
        .string()
        .describe("`metrics`, `log`, `output`, `event`, `step`, `show`, `question`, `artefact`, `end`, …"),
      time: z.number().describe("Seconds since 1970."),
      step: z.number().int().optional(),
      values: z
        .record(z.string(), z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]))
        .optional(),
    })
    .describe("One line of a log. All kinds are in src/telemetry/facts.ts."),
);

const at = "/api/attached/{run}";
const q = "/api/questions/{id}";

export const attachedOperations = [
  ...operations("Joining a notebook", [
    [
      "POST /api/attached",
      "execute",
      "attach",
      "Joins: a new run, or another writer of one that goes on. The same again is the same (200).",
      { body: attachBody, answer: attached, status: 201, errors: { 409: ["run-goes-on"] } },
    ],
    [
      `POST ${at}/log/{writer}`,
      "execute",
      "appendLog",
      "Appends to a writer's log, durable when it is answered; what lies below `received` is passed over. As lines of JSON offsets count lines.",
      {
        query: logQuery,
        body: { ...raw("application/x-ndjson", "application/octet-stream"), line },
        answer: received,
        errors: { 409: ["log-gap"], 422: ["bad-log"] },
      },
    ],
    [
      `GET ${at}/news`,
      "execute",
      "getNews",
      "All that the process is to know now; waits up to `wait` seconds until the revision is another than `after`.",
      { query: newsQuery, answer: news },
    ],
    [
      `PUT ${at}/blobs/{sha256}`,
      "execute",
      "putBlob",
      "A part of a figure or artefact, before the record that names it.",
      { query: blobQuery, body: raw("application/octet-stream"), answer: received },
    ],
    [
      `HEAD ${at}/blobs/{sha256}`,
      "execute",
      "blobSize",
      "How much of it is here, as its content-length.",
      {},
    ],
    [
      `GET ${at}/answers`,
      "execute",
      "getAnswer",
      "The answer to a question of this run by its key, also one that was taken before.",
      { query: answerQuery, answer: z.object({ answer: answer.nullable() }) },
    ],
  ]),
  ...operations("Questions", [
    [
      "GET /api/questions",
      "look",
      "listQuestions",
      "What runs ask, in the order in which they asked.",
      { query: questionsQuery, answer: questionsAnswer() },
    ],
    [
      "GET /api/notebooks/{id}/questions",
      "look",
      "notebookQuestions",
      "The same, of one open notebook.",
      { query: questionsQuery, answer: questionsAnswer() },
    ],
    [`GET ${q}`, "look", "getQuestion", "One question.", { answer: question }],
    [
      `POST ${q}/answers`,
      "look",
      "answerQuestion",
      "Answers it; who may, the question says. On disk when it is answered; the same id again is the same answer.",
      {
        body: answerQuestionBody,
        answer: question,
        errors: { 403: ["not-yours-to-answer"], 409: ["already-answered"] },
      },
    ],
    [
      `DELETE ${q}/answers/{answer}`,
      "look",
      "retractAnswer",
      "Takes back one's own, as long as the pipeline does not have it.",
      { answer: question },
    ],
  ]),
];

function questionsAnswer(): z.ZodType {
  return z.object({
    questions: listOf(question),
    groups: listOf(z.looseObject({ group: z.string(), total: z.number().int(), open: z.number().int() })),
    more: z.boolean(),
    you: z.string(),
  });
}

/** What is told here is what the types promise. */
type Holds<Told, Sent extends Told> = Sent;
export type NewsHolds = Holds<z.output<typeof news>, News>;
export type AnswerHolds = Holds<z.output<typeof answer>, Answer>;
export type QuestionHolds = Holds<Omit<z.output<typeof question>, "asked">, Omit<Question, "asked">>;
