/** Runs, the process that serves them, and what is published. */
import { z } from "zod";
import { runCommandBody, startRunBody } from "../http.ts";
import { exportQuery, publishBody } from "../publish.ts";
import { record, runRecord, runSnapshot, serverStatus } from "./answers.ts";
import { listOf, operations, raw } from "./operation.ts";

const publication = record("PublicationView", "publish");
const history = z.object({
  path: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export const runOperations = [
  ...operations("Server", [
    ["GET /api/status", "look", "status", "The server, and who asks it.", { answer: serverStatus }],
    ["GET /api/openapi.json", "look", "openapi", "This document.", { answer: z.looseObject({}) }],
    ["GET /api/reference", "look", "reference", "This document as a page.", { answer: raw("text/html") }],
  ]),
  ...operations("Runs", [
    ["GET /api/runs", "look", "listRuns", "Live runs of this process.", { answer: listOf(runSnapshot) }],
    [
      "GET /api/runs/history",
      "look",
      "runHistory",
      "Runs that are kept, newest first; `path`: of one notebook.",
      { query: history, answer: listOf(runSnapshot) },
    ],
    [
      "GET /api/runs/{id}",
      "look",
      "getRun",
      "Everything that is kept of a run.",
      { answer: runRecord, errors: { 404: ["no-such-run"] } },
    ],
    [
      "POST /api/runs",
      "execute",
      "startRun",
      "Starts a run of a notebook, named by `notebookId` or `path`.",
      { body: startRunBody, answer: runSnapshot, status: 201 },
    ],
    [
      "POST /api/runs/{id}/commands",
      "execute",
      "commandRun",
      "Pauses, resumes, steps, stops a run, changes its parameters, answers it.",
      {
        body: runCommandBody,
        answer: runSnapshot,
        errors: { 404: ["no-such-run"], 409: ["already-ended"] },
      },
    ],
    [
      "POST /api/runs/{id}/take-back",
      "execute",
      "takeRunBack",
      "Goes on with a run whose process is gone, in the kernel that was kept for it.",
      { answer: runSnapshot, errors: { 409: ["no-held-kernel"] } },
    ],
  ]),
  ...operations("Publishing", [
    [
      "GET /api/export",
      "look",
      "exportNotebook",
      "A notebook as it is now, as HTML, Markdown, script or PDF.",
      {
        query: exportQuery,
        answer: raw("text/html", "text/markdown", "text/plain", "application/pdf"),
        errors: { 422: ["no-browser"] },
      },
    ],
    [
      "GET /api/publications",
      "execute",
      "listPublications",
      "Pages for others.",
      { answer: listOf(publication) },
    ],
    [
      "POST /api/publications",
      "execute",
      "publish",
      "Gives a notebook a page for others, read only.",
      { body: publishBody, answer: publication, status: 201 },
    ],
    ["DELETE /api/publications/{id}", "execute", "unpublish", "From now on its address shows nothing."],
    [
      "POST /api/publications/{id}/freeze",
      "execute",
      "freezePublication",
      "It shows what the notebook holds now, from now on.",
      { answer: publication },
    ],
  ]),
];
