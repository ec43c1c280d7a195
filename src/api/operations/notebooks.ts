/** Notebooks: open ones, their kernels, values and outputs. */
import { z } from "zod";
import * as comments from "../comments.ts";
import { frameBody } from "../frames.ts";
import * as http from "../http.ts";
import { outputDataQuery, outputLinesQuery, outputSearchQuery } from "../outputs.ts";
import { timelineQuery } from "../timeline.ts";
import { trustBody } from "../trust.ts";
import { kernelView, notebookView, pathView, record, saveState, valuesView } from "./answers.ts";
import { listOf, named, operations, raw } from "./operation.ts";

const conflicts = record("ConflictsView", "http");
const thread = named(
  "CommentThread",
  z.looseObject({}).describe("A thread of comments at a cell or output."),
);
const at = "/api/notebooks/{id}";

export const notebookOperations = [
  ...operations("Notebooks", [
    ["GET /api/notebooks", "look", "listNotebooks", "Open notebooks.", { answer: listOf(notebookView) }],
    [
      "POST /api/notebooks/open",
      "look",
      "openNotebook",
      "Opens a notebook by its path; `create` makes a new one where there is none.",
      { body: http.openNotebookBody, answer: notebookView },
    ],
    [`GET ${at}`, "look", "getNotebook", "One open notebook.", { answer: notebookView }],
    [
      `POST ${at}/save`,
      "edit",
      "saveNotebook",
      "Writes the file now.",
      { body: http.saveBody, answer: saveState },
    ],
    [`POST ${at}/close`, "execute", "closeNotebook", "Stops its run, saves, ends its kernel."],
    [
      `POST ${at}/move`,
      "edit",
      "moveNotebook",
      "Another path; people, run, kernel and history go along.",
      { body: http.moveNotebookBody, answer: notebookView, errors: { 409: ["notebook-exists"] } },
    ],
    [
      `POST ${at}/save-as`,
      "edit",
      "saveNotebookAs",
      "The same; the file of before stays as it was saved last.",
      { body: http.moveNotebookBody, answer: notebookView },
    ],
    [
      `POST ${at}/copy`,
      "edit",
      "copyNotebook",
      "What it holds now, as another file.",
      { body: http.moveNotebookBody, answer: pathView, status: 201 },
    ],
    [
      `POST ${at}/follow`,
      "edit",
      "followNotebook",
      "Goes on where another program moved the file.",
      { answer: notebookView, errors: { 409: ["not-missing"] } },
    ],
    [`GET ${at}/conflicts`, "look", "getConflicts", "What merging left undecided.", { answer: conflicts }],
    [
      `POST ${at}/conflicts/resolve`,
      "edit",
      "resolveConflict",
      "Decides one.",
      { body: http.resolveConflictBody, answer: conflicts },
    ],
    [
      `POST ${at}/conflicts/copies`,
      "edit",
      "mergeCopy",
      "Merges another version that lies beside the file.",
      { body: http.mergeCopyBody, answer: conflicts },
    ],
    [
      `GET ${at}/timeline`,
      "look",
      "getTimeline",
      "What happened, newest first.",
      { query: timelineQuery, answer: record("TimelineView", "timeline") },
    ],
  ]),
  ...operations("Values", [
    [
      `GET ${at}/parameters`,
      "look",
      "getParameters",
      "Parameters as their cells stand now.",
      { answer: z.object({ parameters: listOf(z.looseObject({ name: z.string(), type: z.string() })) }) },
    ],
    [
      `GET ${at}/values`,
      "look",
      "getValues",
      "Values by name; `name` may come several times, without it all.",
      { query: z.object({ name: z.array(z.string()).optional() }), answer: valuesView },
    ],
    [
      `PUT ${at}/values`,
      "edit",
      "setValues",
      "Writes literals by name into the live notebook, all or none.",
      { body: http.setValuesBody, answer: valuesView, errors: { 409: ["value-changed"] } },
    ],
  ]),
  ...operations("Kernels", [
    [
      `POST ${at}/kernel`,
      "execute",
      "controlKernel",
      "Starts, restarts, interrupts or ends its kernel.",
      { body: http.kernelActionBody, answer: kernelView, status: 202 },
    ],
    [
      `POST ${at}/execute`,
      "execute",
      "executeCell",
      "Runs a cell, by its id and the SHA-256 of the source that the caller saw.",
      {
        body: http.executeBody,
        answer: z.object({ executionId: z.string() }),
        status: 202,
        errors: { 409: ["source-changed"] },
      },
    ],
    [`POST ${at}/cancel-queued`, "execute", "cancelQueued", "Takes back cells that wait."],
    [
      `POST ${at}/input`,
      "execute",
      "answerInput",
      "Answers what a cell's input() asks.",
      { body: http.answerInputBody, errors: { 409: ["no-such-input"] } },
    ],
    [
      `POST ${at}/complete`,
      "execute",
      "complete",
      "Completions.",
      { body: http.completeBody, answer: z.looseObject({}) },
    ],
    [
      `POST ${at}/inspect`,
      "execute",
      "inspect",
      "Help on a name.",
      { body: http.inspectBody, answer: z.looseObject({}) },
    ],
    [
      `GET ${at}/variables`,
      "execute",
      "listVariables",
      "Variables of the kernel, told without running the person's code.",
      { answer: z.looseObject({}), errors: { 409: ["kernel-busy"] } },
    ],
    [
      `POST ${at}/format`,
      "execute",
      "formatSources",
      "Sources as the formatter of the kernel's environment writes them.",
      { body: http.formatBody, answer: z.looseObject({}) },
    ],
    [
      `POST ${at}/frame`,
      "execute",
      "readFrame",
      "Rows of a table that a cell showed, from the kernel.",
      { body: frameBody, answer: z.looseObject({}) },
    ],
  ]),
  ...operations("Outputs", [
    [
      `POST ${at}/outputs/clear`,
      "edit",
      "clearOutputs",
      "As if these cells had never run.",
      { body: http.clearOutputsBody },
    ],
    [
      `POST ${at}/outputs/paste`,
      "execute",
      "pasteOutputs",
      "Results for cells that were just inserted as copies.",
      { body: http.pasteOutputsBody, answer: z.object({ pasted: z.number().int() }) },
    ],
    [
      `GET ${at}/outputs/{ref}`,
      "look",
      "getOutput",
      "The newest state of a big output, as nbformat has it.",
      { answer: z.looseObject({}) },
    ],
    [
      `GET ${at}/outputs/{ref}/data`,
      "look",
      "getOutputData",
      "One form of it as what it is.",
      { query: outputDataQuery, answer: raw("*/*") },
    ],
    [
      `GET ${at}/outputs/{ref}/lines`,
      "look",
      "getOutputLines",
      "Lines of a long output.",
      { query: outputLinesQuery, answer: record("OutputLines", "outputs") },
    ],
    [
      `GET ${at}/outputs/{ref}/search`,
      "look",
      "searchOutput",
      "Lines that hold a text.",
      { query: outputSearchQuery, answer: record("OutputSearch", "outputs") },
    ],
    [`GET ${at}/outputs/{ref}/text`, "look", "getOutputText", "All of it.", { answer: raw("text/plain") }],
    [
      `GET ${at}/framed/{cellId}/{at}`,
      "look",
      "getFramed",
      "What of an output may run in a frame.",
      { answer: z.looseObject({}) },
    ],
    [
      `POST ${at}/trust`,
      "execute",
      "setTrust",
      "Lets outputs with scripts that it holds now run, or not.",
      { body: trustBody, answer: record("TrustAnswer", "trust") },
    ],
  ]),
  ...operations("Comments", [
    [
      `GET ${at}/comments`,
      "look",
      "listComments",
      "All threads.",
      { answer: record("CommentsView", "comments") },
    ],
    [
      `POST ${at}/comments`,
      "look",
      "addComment",
      "Begins a thread, or answers in one.",
      { body: comments.addCommentBody, answer: thread, status: 201 },
    ],
    [
      `PUT ${at}/comments/{comment}`,
      "look",
      "editComment",
      "Another text for one's own.",
      { body: comments.editCommentBody, answer: thread },
    ],
    [`DELETE ${at}/comments/{comment}`, "look", "removeComment", "Takes back one's own.", { answer: thread }],
    [
      `PUT ${at}/comments/{thread}/resolved`,
      "look",
      "settleThread",
      "Resolves a thread, or opens it again.",
      { body: comments.settleThreadBody, answer: thread },
    ],
  ]),
];
