/** The notebooks that this process has open: one session a path, however many ask. */
import type { DocumentStore } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import { createPlainNotebook } from "../document/plain-notebook.ts";
import type { KernelProvider } from "../kernel/kernel.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError } from "../util/errors.ts";
import { NotebookId } from "../util/ids.ts";
import { createNotebookSession } from "./notebook-session.ts";

/** The store of files knows more than the port: the style of a file that is written for the first time. */
export interface StyledDocumentStore extends DocumentStore {
  adopt?(path: string, style: Pick<ParsedNotebook, "origin">): void;
  forget?(path: string): void;
}

export interface OpenNotebooksOptions {
  readonly store: StyledDocumentStore;
  readonly kernels: KernelProvider;
  readonly clock: Clock;
  /** Whether a notebook must stay open: its run goes on. */
  readonly isBusy: (id: NotebookId) => boolean;
}

/** More is a program gone wild. */
const MAX_OPEN = 1_000;

export class OpenNotebooks {
  private readonly options: OpenNotebooksOptions;
  private readonly sessions = new Map<NotebookId, NotebookSession>();
  private readonly opening = new Map<string, Promise<NotebookSession>>();
  private readonly opened = new Emitter<NotebookSession>();

  constructor(options: OpenNotebooksOptions) {
    this.options = options;
  }

  get(id: NotebookId): NotebookSession | undefined {
    return this.sessions.get(id);
  }

  at(path: string): NotebookSession | undefined {
    return this.list().find((session) => session.path === path);
  }

  list(): readonly NotebookSession[] {
    return [...this.sessions.values()];
  }

  onOpened(listener: (session: NotebookSession) => void): Unsubscribe {
    return this.opened.on(listener);
  }

  /** @throws LoopbookError `notebook-unreadable`. */
  async open(path: string): Promise<NotebookSession> {
    const known = this.at(path) ?? this.opening.get(path);
    if (known !== undefined) return known;
    const opening = this.load(path).finally(() => this.opening.delete(path));
    this.opening.set(path, opening);
    return opening;
  }

  /** What a file holds, without opening it. @throws LoopbookError `notebook-unreadable`. */
  async read(path: string): Promise<ParsedNotebook> {
    const parsed = await this.options.store.load(path);
    this.options.store.forget?.(path);
    return parsed;
  }

  /**
   * A new notebook in memory; a file that is at its path is replaced by the first save.
   * @throws LoopbookError `output-busy` when a run writes there now.
   */
  async create(path: string | null, live: LiveNotebook, style: ParsedNotebook): Promise<NotebookSession> {
    if (path !== null) {
      const before = this.at(path);
      if (before !== undefined && this.options.isBusy(before.id)) {
        live.destroy();
        throw new LoopbookError(
          "output-busy",
          `A run writes ${path} now. Wait for its end, or write to another file.`,
        );
      }
      if (before !== undefined) await this.close(before.id);
      this.options.store.adopt?.(path, style);
    }
    return this.add(path, live);
  }

  async close(id: NotebookId): Promise<void> {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    await session.close();
    session.live.destroy();
    if (session.path !== null) this.options.store.forget?.(session.path);
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled(this.opening.values());
    await Promise.all(this.list().map(({ id }) => this.close(id)));
  }

  private async load(path: string): Promise<NotebookSession> {
    const parsed = await this.options.store.load(path);
    return this.add(path, createPlainNotebook(parsed.notebook));
  }

  private add(path: string | null, live: LiveNotebook): NotebookSession {
    if (this.sessions.size >= MAX_OPEN) {
      throw new LoopbookError("too-many-notebooks", `${MAX_OPEN} notebooks are open. Close some.`);
    }
    const { store, kernels, clock } = this.options;
    const session = createNotebookSession({ id: NotebookId.create(), path, live, store, kernels, clock });
    this.sessions.set(session.id, session);
    this.opened.emit(session);
    return session;
  }
}
