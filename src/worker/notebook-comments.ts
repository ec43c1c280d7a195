/** The comments of one open notebook: who writes them was verified before; each is on disk before it is told to anybody. */
import {
  asStored,
  type CommentAnchor,
  type CommentRecord,
  type CommentThread,
  excerptOf,
  isCommentId,
  type KernelAct,
  MAX_COMMENT,
  MAX_COMMENTS,
} from "../document/comments/comment.ts";
import { CommentBook, readCommentRecords } from "../document/comments/comment-book.ts";
import type { CommentLog, CommentStore } from "../document/comments/comment-store.ts";
import { type Mentionable, mentioned } from "../document/comments/mentions.ts";
import { authorOf, FILE_AUTHOR, type HistoryAuthor } from "../document/history/author.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { Output } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import { originOf } from "../usecases/edit-origin.ts";
import type { NewComment, SessionComments } from "../usecases/session-comments.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { CellId, type NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";

export interface NotebookCommentsOptions {
  readonly id: NotebookId;
  readonly live: LiveNotebook;
  readonly store: CommentStore;
  /** People who wrote in the notebook, for mentions. */
  readonly authors: () => Promise<readonly HistoryAuthor[]>;
  /** The room begins, so that it is found again by its path; settles when that is on disk. */
  readonly keepRoom: () => Promise<void>;
  readonly isKept: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NotebookComments implements SessionComments {
  private readonly options: NotebookCommentsOptions;
  private readonly log: CommentLog;
  private readonly changes = new Emitter<CommentThread | null>();
  private loading: Promise<CommentBook> | null = null;
  /** One after the other: each is checked against what the one before it left. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(options: NotebookCommentsOptions) {
    this.options = options;
    this.log = options.store.open(options.id);
  }

  async threads(): Promise<readonly CommentThread[]> {
    return (await this.book()).threads();
  }

  async people(): Promise<readonly Mentionable[]> {
    const book = await this.book();
    const authors = [
      ...(await this.options.authors()),
      ...book.threads().flatMap(({ comments }) => comments.map(({ by }) => by)),
    ];
    const people = new Map<string, Mentionable>();
    for (const { kind, who, displayName } of authors)
      if (kind === "person") people.set(who, { who, displayName });
    return [...people.values()];
  }

  async kernelActs(): Promise<readonly KernelAct[]> {
    return (await this.book()).kernelActs();
  }

  add({ id, thread, anchor, text }: NewComment, by: Party): Promise<CommentThread> {
    return this.inTurn(async (book) => {
      if (!isCommentId(id) || (thread === null) === (anchor === null))
        throw new LoopbookError("bad-request", "A comment needs an id, and either a thread or a cell.");
      const author = writer(by);
      const known = book.comment(id);
      if (known?.comment.by.who === author.who) return known.thread;
      if (known) throw new LoopbookError("bad-comment", "That id is another comment's. Make a new one.");
      const begun = thread === null ? null : needThread(book, thread);
      if (book.size >= MAX_COMMENTS)
        throw new LoopbookError(
          "too-many-comments",
          `This notebook has ${MAX_COMMENTS} comments, and no more are taken.`,
        );
      const about = begun?.anchor ?? anchor ?? { cellId: "", output: null };
      return this.keep(book, {
        type: "comment",
        id,
        thread: begun?.id ?? id,
        anchor: about,
        excerpt: begun?.excerpt ?? this.excerpt(about),
        by: author,
        atMs: this.options.clock.now(),
        text: checked(text),
        mentions: await this.mentioned(text, author),
      });
    });
  }

  edit(id: string, text: string, by: Party): Promise<CommentThread> {
    return this.inTurn(async (book) => {
      const { thread, comment } = needOwn(book, id, by);
      if (comment.text === text) return thread;
      const mentions = await this.mentioned(text, writer(by));
      return this.keep(book, {
        type: "edit",
        id,
        text: checked(text),
        mentions,
        atMs: this.options.clock.now(),
      });
    });
  }

  remove(
    id: string,
    by: Party,
    { anybody = false }: { readonly anybody?: boolean } = {},
  ): Promise<CommentThread> {
    return this.inTurn(async (book) => {
      const { thread, comment } = anybody ? needComment(book, id) : needOwn(book, id, by);
      if (comment.isDeleted) return thread;
      return this.keep(book, { type: "delete", id, atMs: this.options.clock.now() });
    });
  }

  settle(threadId: string, resolved: boolean, by: Party): Promise<CommentThread> {
    return this.inTurn(async (book) => {
      const thread = needThread(book, threadId);
      if ((thread.resolved !== null) === resolved) return thread;
      const atMs = this.options.clock.now();
      return this.keep(book, { type: "settle", thread: threadId, resolved, by: writer(by), atMs });
    });
  }

  noteKernel(act: KernelAct["act"], by: Party | null, note: string | null = null): void {
    if (!this.options.isKept()) return;
    const author: HistoryAuthor =
      by === null ? { kind: "pipeline", who: "kernel", using: "", displayName: "Kernel" } : writer(by);
    const record: CommentRecord = { type: "kernel", act, by: author, atMs: this.options.clock.now(), note };
    void this.inTurn(async (book) => {
      book.take(record);
      await this.log.append(asStored(record));
      this.changes.emit(null);
    }).catch((error: unknown) => this.warn(error));
  }

  onChange(listener: (thread: CommentThread | null) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  async close(): Promise<void> {
    await this.work;
    await this.log.close();
  }

  private inTurn<T>(act: (book: CommentBook) => Promise<T>): Promise<T> {
    const done = this.work.then(async () => act(await this.book()));
    this.work = done.catch(() => {});
    return done;
  }

  private async keep(book: CommentBook, record: CommentRecord): Promise<CommentThread> {
    try {
      await this.options.keepRoom();
      await this.log.append(asStored(record));
    } catch (cause) {
      throw new LoopbookError(
        "comment-not-kept",
        `The comment could not be kept: ${messageOf(cause)}. Check the disk of the state folder, and try again.`,
        { cause, retry: true },
      );
    }
    const thread = book.take(record);
    if (thread === null) throw new LoopbookError("no-such-comment", "That comment is not there any more.");
    this.changes.emit(thread);
    return thread;
  }

  private book(): Promise<CommentBook> {
    this.loading ??= this.log.records().then(
      (records) => {
        const book = new CommentBook();
        for (const record of readCommentRecords(records)) book.take(record);
        return book;
      },
      (error: unknown) => {
        // The next one tries again.
        this.loading = null;
        throw error;
      },
    );
    return this.loading;
  }

  private async mentioned(text: string, by: HistoryAuthor): Promise<readonly string[]> {
    return mentioned(text, await this.people()).filter((who) => who !== by.who);
  }

  private excerpt({ cellId, output }: CommentAnchor): string {
    const cell = this.options.live.cell(CellId.of(cellId));
    if (cell === undefined)
      throw new LoopbookError(
        "no-such-cell",
        "That cell was deleted a moment ago; there is nothing to comment on.",
      );
    const shown = output === null ? undefined : cell.outputs[output];
    return excerptOf(shown === undefined ? cell.source : outputText(shown));
  }

  private warn(error: unknown): void {
    this.options.logger.warn("what happened to a kernel could not be noted", { error: messageOf(error) });
  }
}

/** As records name who wrote something. */
function writer(by: Party): HistoryAuthor {
  return authorOf(originOf(by)) ?? FILE_AUTHOR;
}

function checked(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new LoopbookError("bad-comment", "A comment needs words.");
  if (trimmed.length > MAX_COMMENT)
    throw new LoopbookError(
      "bad-comment",
      `A comment has at most ${MAX_COMMENT} characters; this one has ${trimmed.length}.`,
    );
  return trimmed;
}

function needThread(book: CommentBook, id: string): CommentThread {
  const thread = book.thread(id);
  if (thread) return thread;
  throw new LoopbookError("no-such-comment", "There is no such thread of comments here (any more).");
}

function needComment(book: CommentBook, id: string): NonNullable<ReturnType<CommentBook["comment"]>> {
  const found = book.comment(id);
  if (found) return found;
  throw new LoopbookError("no-such-comment", "There is no such comment here (any more).");
}

function needOwn(book: CommentBook, id: string, by: Party): NonNullable<ReturnType<CommentBook["comment"]>> {
  const found = needComment(book, id);
  if (found.comment.by.who === by.who) return found;
  throw new LoopbookError(
    "not-your-comment",
    `${found.comment.by.displayName} wrote that comment, and only they can change it. Answer it instead.`,
  );
}

function outputText(output: Output): string {
  if (output.output_type === "stream") return output.text;
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  const plain = output.data["text/plain"];
  return typeof plain === "string" ? plain : (Object.keys(output.data)[0] ?? "");
}
