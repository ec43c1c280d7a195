/** What runs tell: series, logs, files. */
import { z } from "zod";
import { blobReadQuery, csvQuery, logsQuery, seriesQuery } from "../telemetry.ts";
import { listOf, named, operations, raw } from "./operation.ts";

const notFinite = z.enum(["NaN", "Infinity", "-Infinity"]);
const column = (item: z.ZodType): z.ZodType => listOf(item);
const level = z.enum(["debug", "info", "warning", "error", "critical"]);
const ms = z.number().describe("Milliseconds since 1970.");

const seriesInfo = named(
  "SeriesInfo",
  z.object({
    name: z.string(),
    count: z.number().int(),
    notFinite: z.number().int(),
    firstTimeMs: ms,
    lastTimeMs: ms,
    minStep: z.number().nullable(),
    maxStep: z.number().nullable(),
    last: z.union([z.number(), notFinite]),
    min: z.number().nullable(),
    max: z.number().nullable(),
    revision: z.number().describe("Another one when a point came."),
  }),
);

const telemetry = named(
  "Telemetry",
  z.looseObject({
    runId: z.string(),
    series: listOf(seriesInfo),
    logs: z.object({ total: z.number().int(), counts: z.record(level, z.number().int()) }),
    troubles: z.object({
      dropped: z.number().int(),
      rejected: z.number().int(),
      outOfOrder: z.number().int(),
      reasons: listOf(z.string()),
    }),
    sizeBytes: z.number().int(),
  }),
);

const series = named(
  "Series",
  z.object({
    name: z.string(),
    axis: z.enum(["step", "time"]),
    revision: z.number(),
    total: z
      .number()
      .int()
      .describe("All points in this part; each place keeps its lowest, highest and last."),
    x: column(z.number()),
    min: column(z.number().nullable()),
    max: column(z.number().nullable()),
    last: column(z.number().nullable()),
    notFinite: listOf(z.object({ x: z.number(), value: notFinite })),
  }),
);

const logPage = named(
  "LogPage",
  z.object({
    lines: listOf(
      z.object({
        index: z.number().int(),
        timeMs: ms,
        level,
        text: z.string(),
        logger: z.string().nullable(),
        writer: z.string(),
        step: z.number().nullable(),
      }),
    ),
    matching: z.number().int().nullable(),
    total: z.number().int(),
  }),
);

const template = named(
  "LogTemplate",
  z.looseObject({
    id: z.number().int(),
    pattern: z.string(),
    level,
    count: z.number().int(),
    example: z.string(),
  }),
);

const at = "/api/runs/{id}";

export const telemetryOperations = operations("Telemetry", [
  [`GET ${at}/telemetry`, "look", "getTelemetry", "What a run has told so far.", { answer: telemetry }],
  [
    `GET ${at}/series`,
    "look",
    "getSeries",
    "Series, at most `points` places each, no spike left out. `names` may come several times.",
    { query: seriesQuery, answer: listOf(series) },
  ],
  [
    `GET ${at}/series.csv`,
    "look",
    "getSeriesCsv",
    "Every point of a series.",
    { query: csvQuery, answer: raw("text/csv") },
  ],
  [
    `GET ${at}/logs`,
    "look",
    "getLogs",
    "Lines of its log, by level, template and text; a negative `from` counts from the end.",
    { query: logsQuery, answer: logPage },
  ],
  [
    `GET ${at}/logs/templates`,
    "look",
    "getLogTemplates",
    "Its lines grouped by pattern, new and rare ones first.",
    { answer: listOf(template) },
  ],
  [
    `GET ${at}/blobs/{sha}`,
    "look",
    "getBlob",
    "A figure or artefact by its content.",
    { query: blobReadQuery, answer: raw("*/*") },
  ],
]);
