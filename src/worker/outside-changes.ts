/**
 * What other programs do to the file of an open notebook: merged into the live document, three ways, against the
 * last state that file and document had in common. Knows when that was; does not save (see `autosave.ts`).
 */
import type { EditOrigin, LiveNotebook } from "../document/live-notebook.ts";
import { applyVersion, keyedLive } from "../document/merge-edits.ts";
import type { OutsideVersion, OutsideVersions } from "../document/outside-versions.ts";
import type { WholeOutputs } from "../document/whole-outputs.ts";
import { type KeyedNotebook, keyedLike } from "../nbformat/merge/cell-keys.ts";
import { markConflicts } from "../nbformat/merge/conflict.ts";
import { mergeKeyed } from "../nbformat/merge/merge-notebooks.ts";
import { unknownBase } from "../nbformat/merge/unknown-base.ts";
import type { Notebook, Output } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import { facedLike } from "./faced.ts";

export interface OutsideChangesOptions {
  readonly live: LiveNotebook;
  readonly versions: OutsideVersions;
  readonly path: string;
  /** The document holds what its file does not. */
  readonly isUnsaved: boolean;
  /** Of outputs that the notebook has faces of. */
  readonly wholes?: WholeOutputs;
  readonly beforeMerge?: () => void;
}

export type Absorbed =
  | { readonly type: "nothing" }
  | { readonly type: "merged" }
  /** The file is gone. */
  | Extract<OutsideVersion, { type: "missing" }>
  | { readonly type: "broken"; readonly reason: string };

/** Shown as the author of what came with the file. */
export const OUTSIDE: EditOrigin = { type: "file", label: "file" };

export class OutsideChanges {
  private readonly options: OutsideChangesOptions;
  private path: string;
  /** What the file held when it and the document last met. */
  private base: KeyedNotebook;

  constructor(options: OutsideChangesOptions) {
    const { live, versions, path, isUnsaved } = options;
    this.options = options;
    this.path = path;
    const loaded = versions.takeLoaded(path);
    const now = keyedLive(live);
    this.base = isUnsaved && loaded !== null ? keyedLike(now, loaded) : now;
  }

  /** The file is there from now on. */
  movedTo(path: string): void {
    this.path = path;
  }

  /** To be read in the same turn as what is going to be saved. */
  current(): KeyedNotebook {
    return keyedLive(this.options.live);
  }

  /** The file holds this now. */
  noteSaved(saved: KeyedNotebook): void {
    this.base = saved;
  }

  /** No save may go on meanwhile. */
  async absorb(): Promise<Absorbed> {
    const version = await this.options.versions.takeOutside(this.path);
    if (version.type === "none") return { type: "nothing" };
    if (version.type === "broken" || version.type === "missing") return version;
    const theirs = await this.faced(this.base, keyedLike(this.base, version.parsed.notebook));
    this.merge(this.base, theirs);
    this.base = theirs;
    return { type: "merged" };
  }

  /**
   * Another version whose beginning nobody knows: nothing is deleted for it, its other cells are added, and where
   * the same cell differs, that is a conflict.
   */
  join(other: Notebook): void {
    const { base, theirs } = unknownBase(keyedLive(this.options.live), other);
    this.merge(base, theirs);
  }

  /** These outputs have faces now; the file is as it was. */
  noteFaces(faces: ReadonlyMap<Output, Output>): void {
    if (faces.size === 0) return;
    const cells = this.base.notebook.cells.map((cell) =>
      cell.cell_type === "code" && cell.outputs.some((output) => faces.has(output))
        ? { ...cell, outputs: cell.outputs.map((output) => faces.get(output) ?? output) }
        : cell,
    );
    this.base = { ...this.base, notebook: { ...this.base.notebook, cells } };
  }

  /** Outputs of the last common state. */
  *outputs(): Iterable<Output> {
    for (const cell of this.base.notebook.cells) if (cell.cell_type === "code") yield* cell.outputs;
  }

  /** A version for `join` whose outputs are faces where they are the same. */
  async facedCopy(other: Notebook): Promise<Notebook> {
    const mine = keyedLive(this.options.live);
    return (await this.faced(mine, keyedLike(mine, other))).notebook;
  }

  private async faced(faces: KeyedNotebook, other: KeyedNotebook): Promise<KeyedNotebook> {
    const { wholes } = this.options;
    return wholes ? facedLike(faces, other, wholes) : other;
  }

  private merge(base: KeyedNotebook, theirs: KeyedNotebook): void {
    const { live, beforeMerge } = this.options;
    beforeMerge?.();
    const merged = mergeKeyed(base, keyedLive(live), theirs, {
      isRunning: (key) => live.cell(CellId.of(key))?.executionState === "running",
      keepsIds: true,
    });
    const notebook = markConflicts(merged.notebook, merged.keys, merged.conflicts);
    applyVersion(live, { keys: merged.keys, notebook }, OUTSIDE);
  }
}
