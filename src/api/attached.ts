/**
 * How a process of the user's joins a notebook (decision 0009). All routes need the right to execute, and are open to
 * shares of that notebook.
 */
import { z } from "zod";
import type { News, Writer } from "../usecases/attached-run.ts";
import { jsonValue } from "./http.ts";

const writer = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  rank: z.number().int().min(0).default(0),
  pid: z.number().int().min(0),
  host: z.string().max(255),
  language: z.string().max(100),
});

export const declaredParameter = z.object({
  name: z.string().min(1).max(200),
  type: z.enum(["int", "float", "bool", "str", "list", "dict"]).optional(),
  value: jsonValue,
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(jsonValue).max(1_000).optional(),
  help: z.string().max(2_000).optional(),
});

/**
 * `POST /api/attached` → 201 `AttachedView` (200 when the run is there already: another writer, or the same again).
 * `notebook`: relative to the server's folder, or absolute within it.
 */
export const attachBody = z.object({
  runId: z.string().regex(/^run_[0-9a-z]{10,32}$/),
  name: z.string().max(200).optional(),
  notebook: z.string().min(1).optional(),
  within: z.string().optional(),
  writer,
  origin: z
    .object({
      argv: z.array(z.string()).max(1_000).optional(),
      cwd: z.string().optional(),
      script: z.string().optional(),
      source: z.string().max(1_000_000).optional(),
      git: z
        .object({
          commit: z.string(),
          branch: z.string().optional(),
          dirty: z.boolean(),
          remote: z.string().optional(),
        })
        .optional(),
      environment: z.record(z.string(), jsonValue).optional(),
    })
    .default({}),
  parameters: z.array(declaredParameter).max(1_000).default([]),
  /** Seconds since 1970. */
  started: z.number(),
});
export type AttachBody = z.infer<typeof attachBody>;
/** As it is sent: defaults need not be given. */
export type AttachRequestBody = z.input<typeof attachBody>;

export interface AttachedView {
  readonly runId: string;
  readonly notebookId: string;
  readonly path: string | null;
  /** Of the page, for a person: without a secret. */
  readonly page: string;
  /** Values in force by name. */
  readonly values: Readonly<Record<string, z.infer<typeof jsonValue>>>;
  /** How far each writer's log is here. */
  readonly received: Readonly<Record<string, number>>;
  readonly news: News;
  readonly writer: Writer;
}

/** `POST /api/attached/{run}/log/{writer}?offset=N` (`application/octet-stream`, or `application/x-ndjson` with lines) → `Received`; 409 `log-gap` with `received`. */
export const logQuery = z.object({ offset: z.coerce.number().int().min(0) });

/** `GET /api/attached/{run}/news?writer=W&after=REVISION&wait=SECONDS` → `News`, at once when the revision is another. */
export const newsQuery = z.object({
  writer: z.string(),
  after: z.coerce.number().int().default(-1),
  wait: z.coerce.number().min(0).max(60).default(25),
});

/** `PUT /api/attached/{run}/blobs/{sha256}?offset=N&total=M` → `Received`; `HEAD` answers `content-length` of what is here. */
export const blobQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  total: z.coerce.number().int().min(0),
});

/** `GET /api/attached/{run}/answers?key=K` → `{ answer: Answer | null }`. */
export const answerQuery = z.object({ key: z.string().min(1) });
