/**
 * Typed calls of the HTTP API, for the page (its cookie signs it in) and for programs (they have the token).
 * Only `fetch` is needed; nothing of the server is imported but types.
 */
import type { FrameAnswer, FrameBody } from "../api/frames.ts";
import type {
  ApiError,
  ClearOutputsBody,
  ConflictsView,
  ExecuteBody,
  FolderListing,
  JupyterKernelSpecs,
  KernelActionBody,
  KernelSpecView,
  MergeCopyBody,
  MoveFileBody,
  NotebookView,
  OpenNotebookBody,
  ParametersView,
  PasteOutputsBody,
  ResolveConflictBody,
  RunCommandBody,
  ServerStatus,
  StartRunBody,
} from "../api/http.ts";
import type { ValueChanges } from "../document/write-values.ts";
import type { FormattedSources } from "../kernel/formatting/format-sources.ts";
import type { Completion, Inspection } from "../kernel/kernel.ts";
import type { KernelVariables } from "../kernel/variables/read-variables.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { RunRecord, RunSnapshot } from "../runs/run.ts";
import type { KernelView, SaveState } from "../usecases/notebook-session.ts";
import { LoopbookError } from "../util/errors.ts";

export interface ApiClientOptions {
  /** `http://127.0.0.1:7717`; the page leaves it out and means its own address. */
  readonly baseUrl?: string;
  /** Programs only; the page has a cookie. */
  readonly token?: string;
  /** What the calls are made with, as others see it: `cli`, `library`. Programs only. */
  readonly using?: string;
  readonly fetch?: typeof fetch;
}

/** Every method rejects with a `LoopbookError` that has the server's code and sentence, or `server-unreachable`. */
export class ApiClient {
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly using: string | undefined;
  private readonly fetch: typeof fetch;

  constructor(options: ApiClientOptions = {}) {
    this.baseUrl = (options.baseUrl ?? "").replace(/\/$/, "");
    this.token = options.token;
    this.using = options.using;
    // Called as a plain function: a browser's `fetch` refuses another `this`.
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  status(): Promise<ServerStatus> {
    return this.get("/api/status");
  }

  /** `path` is relative to the server's folder; absent: the folder itself. */
  files(path = ""): Promise<FolderListing> {
    return this.get(`/api/files${query({ path })}`);
  }

  notebooks(): Promise<readonly NotebookView[]> {
    return this.get("/api/notebooks");
  }

  openNotebook(body: OpenNotebookBody): Promise<NotebookView> {
    return this.send("POST", "/api/notebooks/open", body);
  }

  notebook(id: string): Promise<NotebookView> {
    return this.get(notebookPath(id));
  }

  /** Saves, ends its kernel, and lets go of it. */
  closeNotebook(id: string): Promise<void> {
    return this.send("POST", notebookPath(id, "close"));
  }

  /** `again`: also the file that another program took away. */
  save(id: string, options: { readonly again?: boolean } = {}): Promise<SaveState> {
    return this.send("POST", notebookPath(id, "save"), options);
  }

  moveNotebook(id: string, path: string): Promise<NotebookView> {
    return this.send("POST", notebookPath(id, "move"), { path });
  }

  saveNotebookAs(id: string, path: string): Promise<NotebookView> {
    return this.send("POST", notebookPath(id, "save-as"), { path });
  }

  /** Another program moved the file to where its save state says. */
  followNotebook(id: string): Promise<NotebookView> {
    return this.send("POST", notebookPath(id, "follow"));
  }

  copyNotebook(id: string, path: string): Promise<{ readonly path: string }> {
    return this.send("POST", notebookPath(id, "copy"), { path });
  }

  /** A notebook by its path, open or not. */
  moveFile(body: MoveFileBody): Promise<{ readonly path: string }> {
    return this.send("POST", "/api/files/move", body);
  }

  /** Into the trash of whose machine it is. */
  trashFile(path: string): Promise<void> {
    return this.send("POST", "/api/files/trash", { path });
  }

  copyFile(body: MoveFileBody): Promise<{ readonly path: string }> {
    return this.send("POST", "/api/files/copy", body);
  }

  conflicts(id: string): Promise<ConflictsView> {
    return this.get(notebookPath(id, "conflicts"));
  }

  resolveConflict(id: string, body: ResolveConflictBody): Promise<ConflictsView> {
    return this.send("POST", notebookPath(id, "conflicts/resolve"), body);
  }

  /** Merges another version that lies beside the notebook's file. */
  mergeCopy(id: string, body: MergeCopyBody): Promise<ConflictsView> {
    return this.send("POST", notebookPath(id, "conflicts/copies"), body);
  }

  async kernelSpecs(): Promise<readonly KernelSpecView[]> {
    const { kernelspecs } = await this.get<JupyterKernelSpecs>("/api/kernelspecs");
    return Object.values(kernelspecs).map(({ name, spec }) => ({
      name,
      displayName: spec.display_name,
      language: spec.language,
    }));
  }

  kernel(id: string, body: KernelActionBody): Promise<KernelView> {
    return this.send("POST", notebookPath(id, "kernel"), body);
  }

  /** Settles when the cell is queued; what comes of it is in the document and on the live channel. */
  execute(id: string, body: ExecuteBody): Promise<{ readonly executionId: string }> {
    return this.send("POST", notebookPath(id, "execute"), body);
  }

  /** As if these cells had never been run. */
  clearOutputs(id: string, body: ClearOutputsBody): Promise<void> {
    return this.send("POST", notebookPath(id, "outputs/clear"), body);
  }

  /** Results for cells that were just inserted as copies. */
  pasteOutputs(id: string, body: PasteOutputsBody): Promise<{ readonly pasted: number }> {
    return this.send("POST", notebookPath(id, "outputs/paste"), body);
  }

  /** Takes back what is queued and does not run yet. */
  cancelQueued(id: string): Promise<void> {
    return this.send("POST", notebookPath(id, "cancel-queued"));
  }

  /** Cursor in Unicode code points. */
  complete(id: string, code: string, cursorPosition: number): Promise<Completion> {
    return this.send("POST", notebookPath(id, "complete"), { code, cursorPosition });
  }

  variables(id: string): Promise<KernelVariables> {
    return this.get(notebookPath(id, "variables"));
  }

  /** Code as the formatter of the kernel's environment writes it. */
  format(id: string, sources: readonly string[]): Promise<FormattedSources> {
    return this.send("POST", notebookPath(id, "format"), { sources });
  }

  inspect(id: string, code: string, cursorPosition: number, detailLevel?: 0 | 1): Promise<Inspection> {
    return this.send("POST", notebookPath(id, "inspect"), { code, cursorPosition, detailLevel });
  }

  /** Rows of a table that a cell displayed, from the kernel. */
  frame(id: string, body: FrameBody): Promise<FrameAnswer> {
    return this.send("POST", notebookPath(id, "frame"), body);
  }

  answerInput(id: string, inputId: string, value: string): Promise<void> {
    return this.send("POST", notebookPath(id, "input"), { inputId, value });
  }

  parameters(id: string): Promise<ParametersView> {
    return this.get(notebookPath(id, "parameters"));
  }

  /** Values by name; without names, all that have one. */
  values(id: string, names: readonly string[] = []): Promise<{ readonly values: ParameterValues }> {
    return this.get(notebookPath(id, `values${query({ name: names })}`));
  }

  /** Writes literals by name into the live document, all or none. */
  setValues(id: string, body: ValueChanges): Promise<{ readonly values: ParameterValues }> {
    return this.send("PUT", notebookPath(id, "values"), body);
  }

  startRun(body: StartRunBody): Promise<RunSnapshot> {
    return this.send("POST", "/api/runs", body);
  }

  /** Goes on with a run whose process is gone, in the kernel that was kept for it. */
  takeRunBack(id: string): Promise<RunSnapshot> {
    return this.send("POST", `/api/runs/${encodeURIComponent(id)}/take-back`);
  }

  /** Live runs of this server. */
  runs(): Promise<readonly RunSnapshot[]> {
    return this.get("/api/runs");
  }

  /** Newest first, ended ones too. */
  runHistory(
    filter: { readonly path?: string; readonly limit?: number } = {},
  ): Promise<readonly RunSnapshot[]> {
    return this.get(`/api/runs/history${query({ path: filter.path, limit: filter.limit })}`);
  }

  run(id: string): Promise<RunRecord> {
    return this.get(`/api/runs/${encodeURIComponent(id)}`);
  }

  command(id: string, body: RunCommandBody): Promise<RunSnapshot> {
    return this.send("POST", `/api/runs/${encodeURIComponent(id)}/commands`, body);
  }

  /** Where the live channel of a notebook is: `ws://…`. */
  liveUrl(id: string): string {
    const base = this.baseUrl || globalThis.location.origin;
    return `${base.replace(/^http/, "ws")}${notebookPath(id, "live")}`;
  }

  /** What a program's WebSocket sends along to be let in. */
  headers(): Record<string, string> {
    return {
      ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
      ...(this.using !== undefined && { "Loopbook-Client": this.using }),
    };
  }

  /** Any other GET of the API, by its path. */
  read<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.call(path, { method: "GET", headers: this.headers(), ...(signal && { signal }) });
  }

  /** The same for what is answered as bytes. */
  async readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const headers = { ...this.headers(), Accept: "application/octet-stream" };
    const response = await this.reach(path, { headers, ...(signal && { signal }) });
    if (!response.ok) throw await errorOf(response);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A call of the contract that has no method here. */
  get<T>(path: string): Promise<T> {
    return this.read(path);
  }

  /** As `get`, with a body. */
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, body: unknown = {}): Promise<T> {
    const headers = { ...this.headers(), "Content-Type": "application/json" };
    return this.call(path, { method, headers, body: JSON.stringify(body) });
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.reach(path, init);
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    throw await errorOf(response);
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetch(`${this.baseUrl}${path}`, { ...init, credentials: "same-origin" });
    } catch (cause) {
      throw new LoopbookError(
        "server-unreachable",
        `Loopbook${this.baseUrl && ` at ${this.baseUrl}`} does not answer. Has it ended? \`loopbook ps\` shows what runs.`,
        { retry: true, cause },
      );
    }
  }
}

async function errorOf(response: Response): Promise<LoopbookError> {
  const body = (await response.json().catch(() => ({}))) as Partial<ApiError>;
  if (typeof body.code !== "string" || typeof body.message !== "string") {
    return new LoopbookError(
      "bad-answer",
      `The answer (status ${response.status}) is not Loopbook's. Does something else sit at this address?`,
    );
  }
  const { code, message, retry, exitCode } = body;
  return new LoopbookError(code, message, {
    ...(retry !== undefined && { retry }),
    ...(exitCode !== undefined && { exitCode }),
  });
}

function notebookPath(id: string, rest?: string): string {
  return `/api/notebooks/${encodeURIComponent(id)}${rest === undefined ? "" : `/${rest}`}`;
}

function query(fields: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === "") continue;
    for (const one of typeof value === "object" ? value : [value]) search.append(name, String(one));
  }
  return search.size > 0 ? `?${search}` : "";
}
