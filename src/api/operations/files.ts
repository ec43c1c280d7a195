/** Files of the served folder, and what notebooks were. */
import { z } from "zod";
import * as files from "../files.ts";
import * as history from "../history.ts";
import { imageQuery, moveFileBody, trashFileBody } from "../http.ts";
import { pathView, record } from "./answers.ts";
import { listOf, operations, raw } from "./operation.ts";

const version = record("VersionView", "history");
const at = "/api/notebooks/{id}/history";

export const fileOperations = [
  ...operations("Files", [
    [
      "GET /api/files",
      "look",
      "listFiles",
      "Entries of a folder.",
      { query: files.listQuery, answer: record("FolderListing", "http") },
    ],
    [
      "GET /api/files/names",
      "look",
      "listNames",
      "Everything below a folder.",
      { query: files.namesQuery, answer: record("FileNames", "files") },
    ],
    [
      "GET /api/files/search",
      "look",
      "searchFiles",
      "Places of a text, a line of JSON each, as they are found.",
      { query: files.searchQuery, answer: raw("application/x-ndjson") },
    ],
    [
      "GET /api/files/content",
      "look",
      "readFile",
      "A file's bytes.",
      { query: files.contentQuery, answer: raw("*/*") },
    ],
    [
      "PUT /api/files/content",
      "edit",
      "writeText",
      "Writes a text file, whole.",
      { body: files.saveTextBody, answer: z.looseObject({}) },
    ],
    [
      "POST /api/files/folder",
      "edit",
      "makeFolder",
      "Makes a folder.",
      { body: files.makeFolderBody, answer: pathView, status: 201 },
    ],
    [
      "POST /api/files/move",
      "edit",
      "moveFile",
      "Another path for a file or folder.",
      { body: moveFileBody, answer: pathView, status: 201 },
    ],
    [
      "POST /api/files/copy",
      "edit",
      "copyFile",
      "A copy of it.",
      { body: moveFileBody, answer: pathView, status: 201 },
    ],
    [
      "POST /api/files/clashes",
      "edit",
      "findClashes",
      "Which of these names a folder has.",
      { body: files.clashesBody, answer: z.looseObject({}) },
    ],
    [
      "POST /api/files/upload",
      "edit",
      "uploadFile",
      "A new file of the body's bytes.",
      {
        query: files.uploadQuery,
        body: raw("application/octet-stream"),
        answer: z.object({ path: z.string().nullable() }),
        status: 201,
      },
    ],
    [
      "GET /api/files/trash",
      "look",
      "listTrash",
      "What was in a folder and lies in the trash.",
      { query: z.object({ path: z.string().optional() }), answer: listOf(record("TrashedFile", "files")) },
    ],
    [
      "POST /api/files/trash",
      "edit",
      "trashFile",
      "Puts it into the trash.",
      { body: trashFileBody, errors: { 409: ["run-goes-on", "open-elsewhere"] } },
    ],
    [
      "POST /api/files/restore",
      "edit",
      "restoreFile",
      "Back from the trash.",
      { body: files.restoreBody, answer: pathView },
    ],
    [
      "GET /api/images",
      "look",
      "readImage",
      "An image that a notebook shows.",
      { query: imageQuery, answer: raw("image/*") },
    ],
  ]),
  ...operations("Archives", [
    [
      "POST /api/archives",
      "look",
      "prepareArchive",
      "Prepares an archive of files and folders.",
      { body: files.archiveBody, answer: record("ArchiveView", "files"), status: 201 },
    ],
    [
      "GET /api/archives/{id}",
      "look",
      "getArchive",
      "How far it is.",
      { answer: record("ArchiveView", "files") },
    ],
    [
      "GET /api/archives/{id}/download",
      "look",
      "downloadArchive",
      "The archive, made while it is sent.",
      { answer: raw("application/zip", "application/gzip") },
    ],
    [
      "POST /api/unpack/plan",
      "edit",
      "planUnpack",
      "What unpacking would write.",
      { body: files.unpackPlanBody, answer: record("UnpackPlan", "files") },
    ],
    [
      "POST /api/unpack",
      "edit",
      "unpack",
      "Unpacks a zip file, all of it or nothing.",
      { body: files.unpackBody, answer: record("UnpackResult", "files"), errors: { 409: ["name-clash"] } },
    ],
  ]),
  ...operations("History", [
    [
      `GET ${at}`,
      "look",
      "getHistory",
      "Who changed what, newest first.",
      { query: history.historyQuery, answer: record("HistoryView", "history") },
    ],
    [
      `GET ${at}/blame`,
      "look",
      "getBlame",
      "Of each cell, who changed it last.",
      { answer: record("BlameView", "history") },
    ],
    [
      `GET ${at}/git`,
      "look",
      "getGitHead",
      "Git's last commit of it.",
      { answer: record("GitView", "history") },
    ],
    [
      `GET ${at}/versions`,
      "look",
      "listVersions",
      "Versions, newest first.",
      { answer: record("VersionsView", "history") },
    ],
    [
      `POST ${at}/versions`,
      "edit",
      "nameVersion",
      "Keeps it as it is now under a name.",
      { body: history.nameVersionBody, answer: version, status: 201 },
    ],
    [
      `PUT ${at}/versions/{version}`,
      "edit",
      "renameVersion",
      "Another name, or none.",
      { body: history.renameVersionBody, answer: version },
    ],
    [
      `GET ${at}/notebook`,
      "look",
      "getVersion",
      "A whole notebook as it was.",
      { query: history.versionQuery, answer: record("VersionNotebook", "history") },
    ],
    [
      `POST ${at}/restore`,
      "edit",
      "restoreVersion",
      "Brings a version back as a new edit.",
      { body: history.restoreBody, answer: record("RestoredView", "history") },
    ],
  ]),
];
