/**
 * Whether outputs with scripts may run: those that a kernel of ours made may, those that came with a file may when a
 * person said so. What is trusted is kept by file and content, so that others' outputs in the same file are not.
 */
import type { ActivePart } from "../document/active-output.ts";
import type { CellId } from "../util/ids.ts";
import type { NotebookSession } from "./notebook-session.ts";

/** An output as a frame may run it, and the earlier ones that it leans on. */
export type FramedOutput =
  | { readonly type: "trusted"; readonly part: ActivePart; readonly leansOn: readonly LeanedOn[] }
  | { readonly type: "untrusted" }
  /** There is no such output (any more), or nothing of it runs. */
  | { readonly type: "none" };

/** By its place, with a mark of its content. */
export interface LeanedOn {
  readonly cellId: CellId;
  readonly at: number;
  readonly mark: string;
}

export interface OutputTrust {
  framed(session: NotebookSession, cellId: CellId, at: number): Promise<FramedOutput>;
  /** A person says that what the notebook holds now may run. @returns how many outputs with scripts that are. */
  trust(session: NotebookSession): Promise<number>;
  /** Nothing of the notebook may run any more, but what its kernel makes from now on. */
  revoke(session: NotebookSession): Promise<void>;
}

/** Which contents are trusted in which file. Paths are absolute. */
export interface TrustStore {
  /** A mark of a content that nobody can make who has not this store's secret. */
  markOf(content: string): Promise<string>;
  marks(path: string): Promise<ReadonlySet<string>>;
  add(path: string, marks: readonly string[]): Promise<void>;
  remove(path: string): Promise<void>;
  moved(from: string, to: string): Promise<void>;
}
