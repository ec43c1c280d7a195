/**
 * Comments on cells and outputs, as everybody sees them. They are records beside the document, written by the server
 * alone: who wrote one is who the server verified, and no edit of the document can change it.
 */
import type { JsonObject } from "../../util/json.ts";
import type { HistoryAuthor } from "../history/author.ts";

/** What a thread is about. The cell may be gone; the thread stays. */
export interface CommentAnchor {
  readonly cellId: string;
  /** The output's place in its cell, from 0; null: the cell itself. */
  readonly output: number | null;
}

export interface Comment {
  readonly id: string;
  readonly by: HistoryAuthor;
  readonly atMs: number;
  /** Empty when it was deleted. */
  readonly text: string;
  readonly editedAtMs: number | null;
  readonly isDeleted: boolean;
  /** `who` of the people whom the text names. */
  readonly mentions: readonly string[];
}

export interface CommentThread {
  readonly id: string;
  readonly anchor: CommentAnchor;
  /** How what it is about began when the thread did, so that it can be read when that is gone. */
  readonly excerpt: string;
  /** Oldest first; at least one. */
  readonly comments: readonly Comment[];
  readonly resolved: { readonly by: HistoryAuthor; readonly atMs: number } | null;
}

/** Something that happened to the kernel by hand or by itself; runs keep their own record. */
export interface KernelAct {
  readonly atMs: number;
  readonly by: HistoryAuthor;
  readonly act: "started" | "restarted" | "interrupted" | "shut-down" | "died";
  /** More of it: how it died. */
  readonly note: string | null;
}

/** What is kept: each line of the store is one of these. */
export type CommentRecord =
  | {
      readonly type: "comment";
      readonly id: string;
      /** The thread's; equal to `id` in a thread's first. */
      readonly thread: string;
      readonly anchor: CommentAnchor;
      readonly excerpt: string;
      readonly by: HistoryAuthor;
      readonly atMs: number;
      readonly text: string;
      readonly mentions: readonly string[];
    }
  | {
      readonly type: "edit";
      readonly id: string;
      readonly text: string;
      readonly mentions: readonly string[];
      readonly atMs: number;
    }
  | { readonly type: "delete"; readonly id: string; readonly atMs: number }
  | {
      readonly type: "settle";
      readonly thread: string;
      readonly resolved: boolean;
      readonly by: HistoryAuthor;
      readonly atMs: number;
    }
  | ({ readonly type: "kernel" } & KernelAct);

/** Characters of one comment. */
export const MAX_COMMENT = 4_000;
/** Comments of one notebook; deleted ones count. */
export const MAX_COMMENTS = 5_000;
/** Characters of an excerpt. */
export const MAX_EXCERPT = 200;
/** Ids are made by who writes, and name things in addresses. */
const ID = /^[0-9a-z]{8,40}$/;

export const isCommentId = (id: string): boolean => ID.test(id);

/** The first line that says something, cut. */
export function excerptOf(text: string): string {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "";
  return line.trim().slice(0, MAX_EXCERPT);
}

/** A record as it is stored; what is kept is data of our own making. */
export function asStored(record: CommentRecord): JsonObject {
  return JSON.parse(JSON.stringify(record)) as JsonObject;
}
