/** What the server answers, as schemas: runs, notebooks and values. What it sends more is for later versions to name. */
import { z } from "zod";
import type { RunSnapshot } from "../../runs/run.ts";
import type { NotebookView, ServerStatus } from "../http.ts";
import { jsonValue, parameterValues } from "../http.ts";
import { listOf, named, objectOf } from "./operation.ts";

named("JsonValue", jsonValue);

export const apiError = named(
  "Error",
  z.object({
    code: z.string().describe("Stable; listed in docs/reference/errors.md."),
    message: z.string().describe("For a person: what happened, why, what to do."),
    retry: z.boolean().optional().describe("Whether the same again can help."),
    exitCode: z.number().int().optional(),
    received: z.number().int().optional().describe("Of `log-gap`: where to go on."),
  }),
);

export const party = named(
  "Party",
  z.object({
    kind: z.enum(["person", "pipeline"]),
    who: z.string().describe("Verified."),
    using: z.string().describe("What they act with; shown only."),
    displayName: z.string(),
  }),
);

export const rights = named(
  "Rights",
  z.object({ view: z.boolean(), edit: z.boolean(), execute: z.boolean() }),
);

export const serverStatus = named(
  "ServerStatus",
  z.object({
    version: z.string(),
    pid: z.number().int(),
    folder: z.string(),
    title: z.string(),
    kind: z.enum(["up", "run"]),
    you: party,
    rights,
    started: z.iso.datetime(),
    last_activity: z.iso.datetime(),
    connections: z.number().int(),
    kernels: z.number().int(),
  }),
);

const atMs = z.number().describe("Milliseconds since 1970.");

export const runStatus = z.enum([
  "starting",
  "running",
  "pausing",
  "held",
  "stopping",
  "completed",
  "failed",
  "died",
  "timed-out",
  "stopped",
]);

const stagedChange = z.object({
  id: z.string(),
  values: parameterValues,
  reason: z.string().nullable(),
  by: party,
  atMs,
});

const runEvent = named(
  "RunEvent",
  z.object({
    seq: z.number().int(),
    atMs,
    by: party,
    type: z.string(),
    cellId: z.string().nullable(),
    text: z.string().describe("One line for a person."),
    detail: parameterValues,
  }),
);

export const runSnapshot = named(
  "RunSnapshot",
  z.object({
    id: z.string(),
    notebookId: z.string().nullable(),
    name: z.string(),
    inputPath: z.string().nullable(),
    outputPath: z.string().nullable(),
    status: runStatus,
    hold: z
      .object({
        kind: z.string(),
        cellId: z.string().nullable(),
        what: z.string(),
        why: z.string().nullable(),
        sinceMs: atMs,
        inputId: z.string().nullable(),
        password: z.boolean(),
      })
      .nullable()
      .describe("Why it waits for a person."),
    currentCell: z.string().nullable(),
    pending: z.enum(["pause", "stop", "interrupt"]).nullable(),
    stepsDone: z.number().int(),
    stepsTotal: z.number().int(),
    startedAtMs: atMs,
    endedAtMs: atMs.nullable(),
    limitAtMs: atMs.optional(),
    etaMs: z.number().nullable(),
    steps: z.record(z.string(), z.string()).describe("Status by cell."),
    parameters: listOf(z.looseObject({ name: z.string(), type: z.string(), help: z.string().nullable() })),
    values: parameterValues.describe("In force."),
    stagedChanges: listOf(stagedChange).describe("Asked for and not yet taken."),
    recentEvents: listOf(runEvent),
    outcome: z.string().nullable(),
    exitCode: z.number().int().nullable(),
    kind: z.literal("attached").optional(),
    process: z.looseObject({}).optional(),
    refusedChanges: listOf(z.looseObject({ id: z.string(), why: z.string() })).optional(),
  }),
);

export const runRecord = named(
  "RunRecord",
  z.looseObject({
    snapshot: runSnapshot,
    events: listOf(runEvent),
    startedBy: party,
    host: z.string(),
    loopbookVersion: z.string(),
    packages: z.record(z.string(), z.string()).nullable(),
  }),
);

export const saveState = named(
  "SaveState",
  z.object({
    type: z.enum(["saved", "unsaved", "failed", "waiting", "missing"]),
    atMs: atMs.optional(),
    reason: z.string().optional(),
    movedTo: z.string().nullable().optional(),
  }),
);

export const kernelView = named(
  "KernelView",
  z.looseObject({
    state: z.string(),
    specName: z.string().nullable(),
    displayName: z.string().nullable(),
    language: z.string().nullable(),
    pid: z.number().int().nullable(),
  }),
);

export const notebookView = named(
  "NotebookView",
  z.object({
    id: z.string(),
    path: z.string().nullable().describe("Relative to the server's folder, with `/`."),
    name: z.string(),
    kernel: kernelView,
    save: saveState,
    run: runSnapshot.nullable(),
  }),
);

export const valuesView = named("Values", z.object({ values: parameterValues }));
export const pathView = z.object({ path: z.string() });
export const record = (id: string, file: string): z.ZodType =>
  objectOf(id, `An object; its fields are \`${id}\` in src/api/${file}.ts.`);

/** What is told here is what the types promise; a field that changes there and not here does not compile. */
type Holds<Told, Sent extends Told> = Sent;
export type StatusHolds = Holds<z.output<typeof serverStatus>, ServerStatus>;
export type SnapshotHolds = Holds<
  Omit<z.output<typeof runSnapshot>, "parameters" | "process" | "refusedChanges">,
  Omit<RunSnapshot, "parameters" | "process" | "refusedChanges">
>;
export type NotebookHolds = Holds<
  Omit<z.output<typeof notebookView>, "kernel" | "run">,
  Omit<NotebookView, "kernel" | "run">
>;
