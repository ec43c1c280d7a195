/** All comments of one notebook, folded from their records. Pure: the same records give the same threads. */
import { isJsonObject, type JsonValue } from "../../util/json.ts";
import type { Comment, CommentRecord, CommentThread, KernelAct } from "./comment.ts";

/** Of the kernel, what lies longer back is not told. */
const MAX_ACTS = 500;

export class CommentBook {
  private readonly byId = new Map<string, CommentThread>();
  private readonly threadOf = new Map<string, string>();
  private acts: KernelAct[] = [];

  /** Every comment that was ever made. */
  get size(): number {
    return this.threadOf.size;
  }

  /** Takes a record in. @returns the thread that changed; null: none did, since it is there already or means nothing. */
  take(record: CommentRecord): CommentThread | null {
    switch (record.type) {
      case "comment":
        return this.add(record);
      case "edit":
        return this.change(record.id, (comment) =>
          comment.isDeleted
            ? null
            : { ...comment, text: record.text, mentions: record.mentions, editedAtMs: record.atMs },
        );
      case "delete":
        return this.change(record.id, (comment) =>
          comment.isDeleted ? null : { ...comment, text: "", mentions: [], isDeleted: true },
        );
      case "settle": {
        const thread = this.byId.get(record.thread);
        if (thread === undefined || (thread.resolved !== null) === record.resolved) return null;
        const { by, atMs } = record;
        return this.put({ ...thread, resolved: record.resolved ? { by, atMs } : null });
      }
      case "kernel": {
        const { type: _, ...act } = record;
        this.acts.push(act);
        if (this.acts.length > 2 * MAX_ACTS) this.acts = this.acts.slice(-MAX_ACTS);
        return null;
      }
    }
  }

  /** In the order in which they were begun; a thread of which every comment is deleted is gone. */
  threads(): readonly CommentThread[] {
    return [...this.byId.values()].filter(isThere);
  }

  thread(id: string): CommentThread | undefined {
    return this.byId.get(id);
  }

  comment(id: string): { readonly thread: CommentThread; readonly comment: Comment } | undefined {
    const thread = this.byId.get(this.threadOf.get(id) ?? "");
    const comment = thread?.comments.find((each) => each.id === id);
    return thread && comment ? { thread, comment } : undefined;
  }

  /** Oldest first, at most 500. */
  kernelActs(): readonly KernelAct[] {
    return this.acts.slice(-MAX_ACTS);
  }

  private add(record: Extract<CommentRecord, { type: "comment" }>): CommentThread | null {
    if (this.threadOf.has(record.id)) return null;
    const { id, by, atMs, text, mentions, anchor, excerpt } = record;
    const comment: Comment = { id, by, atMs, text, mentions, editedAtMs: null, isDeleted: false };
    const thread = this.byId.get(record.thread);
    if (thread === undefined && record.thread !== id) return null;
    this.threadOf.set(id, record.thread);
    return this.put(
      thread === undefined
        ? { id, anchor, excerpt, comments: [comment], resolved: null }
        : { ...thread, comments: [...thread.comments, comment] },
    );
  }

  private change(id: string, change: (comment: Comment) => Comment | null): CommentThread | null {
    const found = this.comment(id);
    const changed = found && change(found.comment);
    if (!found || !changed) return null;
    const comments = found.thread.comments.map((each) => (each.id === id ? changed : each));
    return this.put({ ...found.thread, comments });
  }

  private put(thread: CommentThread): CommentThread {
    this.byId.set(thread.id, thread);
    return thread;
  }
}

/** Whether there is anything left to read in it. */
export function isThere(thread: CommentThread): boolean {
  return thread.comments.some(({ isDeleted }) => !isDeleted);
}

/** Threads of which somebody must be told: open ones that name them after what they said there last. */
export function mentionsOf(threads: readonly CommentThread[], who: string): readonly CommentThread[] {
  return threads.filter(({ comments, resolved }) => {
    if (resolved !== null) return false;
    const last = comments.findLastIndex(({ by, isDeleted }) => !isDeleted && by.who === who);
    return comments.slice(last + 1).some(({ mentions }) => mentions.includes(who));
  });
}

const TYPES: ReadonlySet<JsonValue | undefined> = new Set(["comment", "edit", "delete", "settle", "kernel"]);

/** Records of the store. Kinds that a later version adds are passed over. */
export function readCommentRecords(records: readonly JsonValue[]): readonly CommentRecord[] {
  return records.filter(
    (record) => isJsonObject(record) && TYPES.has(record.type),
  ) as unknown as readonly CommentRecord[];
}
