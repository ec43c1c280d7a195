/**
 * The HTTP contract. Each request body is parsed by its schema at the edge; inside, types are true.
 * Errors are `ApiError` bodies with a stable code and a sentence for a person.
 */
import { z } from "zod";
import type { KernelSpec } from "../kernel/kernel.ts";
import type { NotebookConflict } from "../nbformat/merge/conflict.ts";
import type { Party, Rights } from "../people/party.ts";
import type { ParameterSpec } from "../runs/parameters.ts";
import type { RunSnapshot } from "../runs/run.ts";
import type { KernelView, SaveState } from "../usecases/notebook-session.ts";
import type { JsonObject } from "../util/json.ts";

export const jsonValue = z.json();
export const parameterValues = z.record(z.string(), jsonValue);

export interface ApiError {
  readonly code: string;
  readonly message: string;
  /** Whether the same again can help. */
  readonly retry?: boolean;
  /** What a command exits with that meets it. */
  readonly exitCode?: number;
}

/** `GET /api/status` */
export interface ServerStatus {
  readonly version: string;
  readonly pid: number;
  readonly folder: string;
  /** Window title prefix: the folder's name, or its setting. */
  readonly title: string;
  readonly kind: "up" | "run";
  /** Who asks, and what they may do. */
  readonly you: Party;
  readonly rights: Rights;
  /** What a Jupyter server tells of itself: times in ISO 8601; connections to kernels, and kernels, that are there now. */
  readonly started: string;
  readonly last_activity: string;
  readonly connections: number;
  readonly kernels: number;
}

/** `GET /api/files?path=&hidden=` — the folder's entries, folders first. Paths are relative to the server's folder, with `/`. */
export interface FolderListing {
  readonly path: string;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly type: "folder" | "notebook" | "file";
    readonly modifiedAtMs: number;
    readonly sizeBytes: number;
    readonly runStatus: RunSnapshot["status"] | null;
    /** Who has it open here, each once; absent: nobody. */
    readonly people?: readonly Party[];
    /** It has a kernel. */
    readonly hasKernel?: true;
  }[];
  /** There are more than the 5,000 that are listed. */
  readonly truncated?: boolean;
}

/**
 * `GET /api/images?path=` — an image file of the folder (AVIF, GIF, JPEG, PNG, SVG, WebP), for notebooks that show it.
 * Nothing else is sent, and nothing that is hidden or lies outside of the folder.
 */
export const imageQuery = z.object({ path: z.string().min(1) });

/** `POST /api/notebooks/open` → `NotebookView`. `create` makes a new empty notebook where there is none. */
export const openNotebookBody = z.object({
  path: z.string().min(1),
  create: z.boolean().optional(),
  kernelName: z.string().optional(),
});
export type OpenNotebookBody = z.infer<typeof openNotebookBody>;

/** `GET /api/notebooks/{id}`, and one entry of `GET /api/notebooks`. */
export interface NotebookView {
  readonly id: string;
  /** Relative to the server's folder, with `/`; absolute when it lies outside of it. */
  readonly path: string | null;
  readonly name: string;
  readonly kernel: KernelView;
  readonly save: SaveState;
  readonly run: RunSnapshot | null;
}

/** A kernelspec in Jupyter's words. `env` is left out: it may hold secrets. */
export interface JupyterKernelSpec {
  readonly name: string;
  readonly spec: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly display_name: string;
    readonly language: string;
    readonly interrupt_mode: "signal" | "message";
    readonly metadata: JsonObject;
  };
  /** Where its logos are: name to address. */
  readonly resources: Readonly<Record<string, string>>;
}

/** `GET /api/kernelspecs` — as Jupyter's own clients read them too. `default`: what a notebook without a kernelspec gets. */
export interface JupyterKernelSpecs {
  readonly default: string | null;
  readonly kernelspecs: Readonly<Record<string, JupyterKernelSpec>>;
}

// Jupyter Server's REST API, as its clients know it: https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html.
/** `GET /api` — the version of Jupyter Server's REST API that is answered. */
/** `GET /api/me?permissions=` — who asks, and which of the named permissions they have. */
/** `GET /api/kernelspecs/{name}` — one kernelspec, as Jupyter's clients read it. */
/** `GET /kernelspecs/{name}/{file}` — a kernelspec's logo, `kernel.js` or `kernel.css`. */
/** `GET /api/kernels` — kernels of open notebooks, and those that Jupyter clients have for themselves. */
/** `POST /api/kernels` — a kernel of no notebook: `name`, and `path` of the folder that it starts in. */
/** `GET /api/kernels/{id}` — one kernel; its WebSocket is `/api/kernels/{id}/channels?session_id=…`. */
/** `DELETE /api/kernels/{id}` — ends it; a notebook's not while a run goes on in it (409). */
/** `POST /api/kernels/{id}/interrupt` — as the page would. */
/** `POST /api/kernels/{id}/restart` — as the page would; not while a run goes on in it (409). */
/** `GET /api/sessions` — which path uses which kernel; each open notebook with a kernel is one. */
/** `POST /api/sessions` — of a notebook of the folder: the one it has here, opened if need be; else a kernel of its own. */
/** `GET /api/sessions/{id}` — one session. */
/** `PATCH /api/sessions/{id}` — another name or kernel; a notebook's name follows its file. */
/** `DELETE /api/sessions/{id}` — ends its kernel, unless other sessions use it; a notebook stays open. */
/** `GET /api/contents` — the folder's entries, in Jupyter's models. */
/** `GET /api/contents/*` — a file, folder or notebook, an open one as it is now; behind a path, `/checkpoints`. */
/** `POST /api/contents` — something new, or a copy, under the first free name. */
/** `POST /api/contents/*` — the same in a folder; `/checkpoints` makes one, `/checkpoints/{id}` goes back to it. */
/** `PUT /api/contents/*` — writes; a notebook is merged with what others wrote since the client had it. */
/** `PATCH /api/contents/*` — another path; an open notebook takes people, kernel and history along. */
/** `DELETE /api/contents/*` — puts a file or folder into the trash, or removes a checkpoint; no notebook in a run (409). */
/** `GET /api/terminals` — none. */
/** `POST /api/terminals` — 404: there are none. */

/** What a person chooses a kernel by. */
export type KernelSpecView = Pick<KernelSpec, "name" | "displayName" | "language">;

/** `POST /api/notebooks/{id}/kernel` → 202 `KernelView`. */
export const kernelActionBody = z.object({
  action: z.enum(["start", "restart", "interrupt", "shutdown"]),
  kernelName: z.string().optional(),
});
export type KernelActionBody = z.infer<typeof kernelActionBody>;

/** `POST /api/notebooks/{id}/execute` → 202 `{ executionId }`; 409 `source-changed` when the document holds something else. */
export const executeBody = z.object({
  cellId: z.string(),
  sourceHash: z.string(),
  lane: z.enum(["main", "subshell"]).optional(),
});
export type ExecuteBody = z.infer<typeof executeBody>;

/** `POST /api/notebooks/{id}/outputs/clear` → 204. Cells that are gone are passed over. */
export const clearOutputsBody = z.object({ cellIds: z.array(z.string()).max(100_000) });
export type ClearOutputsBody = z.infer<typeof clearOutputsBody>;

/**
 * `POST /api/notebooks/{id}/outputs/paste` → `{ pasted }`: results for cells that were just inserted as copies; cells that
 * have results already keep theirs. `from`: the notebook, open on this server, that they were copied from.
 */
export const pasteOutputsBody = z.object({
  from: z.string().optional(),
  cells: z
    .array(
      z.object({
        cellId: z.string(),
        executionCount: z.number().int().nullable(),
        outputs: z.array(z.record(z.string(), z.unknown())),
      }),
    )
    .max(10_000),
});
export type PasteOutputsBody = z.infer<typeof pasteOutputsBody>;

/**
 * `GET /api/notebooks/{id}/variables` → `KernelVariables`: name, type, sides, size and short value, told without running
 * anything of the person's; 409 `kernel-busy` where the kernel answers nothing beside a cell.
 * `POST /api/notebooks/{id}/format` → `FormattedSources`, one a source. Nothing of the notebook is changed.
 */
export const formatBody = z.object({ sources: z.array(z.string()).max(200) });

/** `POST /api/notebooks/{id}/complete` and `/inspect`. Cursor in Unicode code points. */
export const completeBody = z.object({ code: z.string(), cursorPosition: z.number().int().nonnegative() });
export const inspectBody = completeBody.extend({
  detailLevel: z.union([z.literal(0), z.literal(1)]).optional(),
});

/** `POST /api/notebooks/{id}/input` → 204; 409 `no-such-input` when it was answered already. */
export const answerInputBody = z.object({ inputId: z.string(), value: z.string() });

/** `GET /api/notebooks/{id}/parameters` — as the parameters cells stand now. */
export interface ParametersView {
  readonly parameters: readonly ParameterSpec[];
}

/**
 * `GET /api/notebooks/{id}/values?name=lr&name=layers` → `{ values: { lr: 0.05 } }`;
 * `PUT /api/notebooks/{id}/values` writes literals by name, all or none. Names: a variable of a parameters cell, or a named cell.
 */
export const setValuesBody = z.object({
  values: parameterValues.default({}),
  /** Rows as data, for `pandas.DataFrame(**table)`; a name that there is not gets a cell at the end. */
  tables: z
    .record(z.string(), z.object({ columns: z.array(z.string()), data: z.array(z.array(jsonValue)) }))
    .optional(),
  /** Nothing is written unless these are the values now. */
  expected: parameterValues.optional(),
  /** A name that there is not gets a named cell at the end. */
  create: z.boolean().optional(),
});
export type SetValuesBody = z.output<typeof setValuesBody>;

/** `POST /api/notebooks/{id}/save` → `SaveState`. `again`: also the file that another program took away. */
export const saveBody = z.object({ again: z.boolean().optional() }).optional();

/**
 * `POST /api/notebooks/{id}/move` → `NotebookView`: the file gets another path; people, run, kernel and history stay.
 * `POST /api/notebooks/{id}/save-as` → `NotebookView`: the same, and the file of before stays as it was saved last.
 * `POST /api/notebooks/{id}/copy` → 201 `{ path }`: what the notebook holds now, as another file. Never over another file (409
 * `notebook-exists`), nor where another process has it open (409 `open-elsewhere`). Paths as in `NotebookView`.
 *
 * `POST /api/notebooks/{id}/follow` → `NotebookView`: another program moved the file to where its save state says
 * (`movedTo`), and the notebook goes on there; 409 `not-missing`.
 */
export const moveNotebookBody = z.object({ path: z.string().min(1) });
export type MoveNotebookBody = z.infer<typeof moveNotebookBody>;

/**
 * `POST /api/files/move` and `POST /api/files/copy` → 201 `{ path }`: the same for a notebook by its path, open or not,
 * for any other file, and for a folder with all that is in it.
 */
export const moveFileBody = z.object({ from: z.string().min(1), to: z.string().min(1) });

/**
 * `POST /api/files/trash` → 204. The notebook, file or folder goes into the trash of whose machine it is; notebooks that are open are closed,
 * which takes the right to execute, too. 409 `run-goes-on`, `open-elsewhere`.
 */
export const trashFileBody = z.object({ path: z.string().min(1) });
export type MoveFileBody = z.infer<typeof moveFileBody>;

/** `GET /api/notebooks/{id}/conflicts`: what merging changes of the file left undecided, and other versions beside it. */
export interface ConflictsView {
  readonly conflicts: readonly NotebookConflict[];
  /** Names of files that tools which synchronise folders left beside the notebook. */
  readonly copies: readonly string[];
}

/** `POST /api/notebooks/{id}/conflicts/resolve` → `ConflictsView`; 404 `no-such-conflict` when it was decided already. */
export const resolveConflictBody = z.object({
  /** Null: the notebook's own metadata. */
  cellId: z.string().nullable(),
  choice: z.enum(["mine", "theirs", "both"]),
});
export type ResolveConflictBody = z.infer<typeof resolveConflictBody>;

/** `POST /api/notebooks/{id}/conflicts/copies` → `ConflictsView`. Merges one of the copies; its file stays. */
export const mergeCopyBody = z.object({ name: z.string().min(1) });
export type MergeCopyBody = z.infer<typeof mergeCopyBody>;

/** `POST /api/notebooks/{id}/cancel-queued` → 204. Takes back cells that are queued and do not run yet. */

/** `POST /api/notebooks/{id}/close` → 204. Stops its run, saves, ends its kernel; who has it open is told so. */

/** `POST /api/runs` → 201 `RunSnapshot`. */
export const startRunBody = z.object({
  notebookId: z.string().optional(),
  path: z.string().optional(),
  output: z.discriminatedUnion("type", [
    z.object({ type: z.literal("in-place") }),
    z.object({ type: z.literal("path"), path: z.string() }),
    z.object({ type: z.literal("record") }),
  ]),
  name: z.string().optional(),
  parameters: parameterValues.optional(),
  allowUnknownParameters: z.boolean().optional(),
  kernelName: z.string().nullable().optional(),
  language: z.string().nullable().optional(),
  cwd: z.string().nullable().optional(),
  env: z.record(z.string(), z.string()).optional(),
  startTimeoutMs: z.number().positive().optional(),
  cellTimeoutMs: z.number().positive().nullable().optional(),
  onCellTimeout: z.enum(["end", "continue"]).optional(),
  runTimeoutMs: z.number().positive().nullable().optional(),
  onError: z.enum(["fail", "hold"]).optional(),
  allowErrors: z.boolean().optional(),
  allowErrorNames: z.array(z.string()).optional(),
  allowInput: z.boolean().optional(),
  skipTags: z.array(z.string()).optional(),
  fromCell: z.string().nullable().optional(),
  part: z
    .object({ from: z.string().nullable(), to: z.string().nullable(), only: z.array(z.string()) })
    .nullable()
    .optional(),
  holdAtTags: z.boolean().optional(),
  reportMode: z.boolean().optional(),
});
export type StartRunBody = z.infer<typeof startRunBody>;

/** `POST /api/runs/{id}/commands` → 200 `RunSnapshot`, or 409 with the refusal's code. */
export const runCommandBody = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pause") }),
  z.object({ type: z.literal("resume") }),
  z.object({ type: z.literal("step") }),
  z.object({ type: z.literal("skip") }),
  z.object({ type: z.literal("interrupt") }),
  z.object({ type: z.literal("stop"), immediate: z.boolean().optional() }),
  z.object({ type: z.literal("rerun-from"), cellId: z.string() }),
  z.object({
    type: z.literal("set-parameters"),
    changeId: z.string(),
    values: parameterValues,
    reason: z.string().nullable(),
  }),
  z.object({ type: z.literal("discard-change"), changeId: z.string() }),
  z.object({ type: z.literal("answer-input"), inputId: z.string(), value: z.string() }),
  z.object({ type: z.literal("approve"), reason: z.string().nullable() }),
  z.object({ type: z.literal("refuse"), reason: z.string().nullable() }),
]);
export type RunCommandBody = z.infer<typeof runCommandBody>;

/** `GET /api/runs` (live ones of this process) and `GET /api/runs/history?path=&limit=` → `RunSnapshot[]`; `GET /api/runs/{id}` → `RunRecord`. */
