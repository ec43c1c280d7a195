/**
 * The player's hold on a notebook that a server has open: its cells as they are now, edits, executions. The server
 * owns the kernel, so it is there when the player comes back.
 */
import type { ApiClient } from "../../client/api-client.ts";
import type { LiveClient } from "../../client/live-client.ts";
import type { LiveState } from "../../client/live-state.ts";
import { nodeSockets } from "../../client/node-socket.ts";
import { openLive } from "../../client/open-live.ts";
import { OutputsClient } from "../../client/outputs-client.ts";
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellSnapshot, EditOrigin, LiveNotebook } from "../../document/live-notebook.ts";
import { createUndo, type Undo } from "../../document/undo.ts";
import { openLiveNotebook } from "../../document/yjs-notebook.ts";
import type { CellExecution, CellOutcome, PendingInput } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CellId } from "../../util/ids.ts";
import { sourceHash } from "../../util/source-hash.ts";

/** How long the document may take to say what the channel said already. */
const CATCH_UP_MS = 5_000;
const EDITS_LIMIT_MS = 10_000;

export class NotebookLink {
  readonly api: ApiClient;
  readonly notebookId: string;
  readonly live: LiveNotebook;
  readonly outputs: OutputsClient;
  readonly undo: Undo;
  private readonly client: LiveClient;
  private readonly origin: EditOrigin = { type: "person", label: "player" };

  private constructor(api: ApiClient, notebookId: string, client: LiveClient) {
    this.api = api;
    this.notebookId = notebookId;
    this.client = client;
    this.outputs = new OutputsClient(api, notebookId);
    this.live = openLiveNotebook(client.doc, client.results);
    this.undo = createUndo(this.live, [this.origin]);
  }

  static async open(api: ApiClient, notebookId: string): Promise<NotebookLink> {
    const client = openLive(api, notebookId, { openSocket: nodeSockets(api.headers()) });
    await client.synced();
    const link = new NotebookLink(api, notebookId, client);
    if (client.live() === null) await link.nextMessage();
    return link;
  }

  state(): LiveState | null {
    return this.client.live();
  }

  cells(): readonly CellSnapshot[] {
    return this.live.cellIds().flatMap((id) => this.live.cell(id) ?? []);
  }

  edit(edit: NotebookEdit): void {
    this.undo.stopCapturing();
    const result = this.live.apply(edit, this.origin);
    if (!result.ok) throw new LoopbookError("not-edited", `The cell could not be changed: ${result.reason}.`);
  }

  /** Settles when every output is in the document. `onInput` is called for each `input()`. */
  async execute(id: CellId, onInput: (input: PendingInput) => void): Promise<CellOutcome> {
    const cell = this.live.cell(id);
    if (cell === undefined) throw new LoopbookError("no-such-cell", "The cell was deleted.");
    const told = new Set<string>();
    const ask = (): void => {
      for (const input of this.state()?.inputs ?? []) {
        if (input.cellId === id && !told.has(input.id)) {
          told.add(input.id);
          onInput(input);
        }
      }
    };
    const stop = this.client.onMessage(ask);
    try {
      const { executionId } = await this.startExecution(id, cell.source);
      const execution = await this.until(() => {
        const known: CellExecution | undefined = this.state()?.executions[id];
        return known?.executionId === executionId && known.state === "done" ? known : undefined;
      });
      await this.untilIdle(id);
      return execution.outcome ?? { type: "aborted" };
    } finally {
      stop();
    }
  }

  /** An edit made just before is still on its way; the server then holds another source than what was seen. */
  private async startExecution(id: CellId, source: string): Promise<{ readonly executionId: string }> {
    const body = { cellId: id, sourceHash: sourceHash(source) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.api.execute(this.notebookId, body);
      } catch (error) {
        const isEarly =
          error instanceof LoopbookError &&
          (error.code === "source-changed" || error.code === "no-such-cell");
        if (!isEarly || attempt >= 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  }

  /** Settles when the file holds what was edited here. @throws LoopbookError when the server does not answer. */
  async save(): Promise<void> {
    // Edits that are on their way come first; a server that is gone is not waited for.
    const late = new Promise<void>((resolve) => setTimeout(resolve, EDITS_LIMIT_MS).unref());
    await Promise.race([this.client.acknowledged(), late]);
    await this.api.save(this.notebookId);
  }

  close(): void {
    this.undo.destroy();
    this.client.close();
  }

  private async untilIdle(id: CellId): Promise<void> {
    const isIdle = () => this.live.cell(id)?.executionState !== "running";
    if (isIdle()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, CATCH_UP_MS);
      const stop = this.live.onChange(() => {
        if (isIdle()) done();
      });
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }

  private nextMessage(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.client.onMessage(() => {
        stop();
        resolve();
      });
    });
  }

  /** @throws LoopbookError when the server is gone for good. */
  private until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const stops = [
        this.client.onMessage(check),
        this.client.onConnection((state) => {
          if (state.type !== "ended") return;
          for (const stop of stops) stop();
          reject(new LoopbookError("server-unreachable", "The server that has the notebook has ended."));
        }),
      ];
      check();
      function check(): void {
        const found = look();
        if (found === undefined) return;
        for (const stop of stops) stop();
        resolve(found);
      }
    });
  }
}
