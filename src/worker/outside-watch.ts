/** The file of an open notebook as other programs leave it: watched, with the conflicts that merging them left. */
import { access } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { DocumentStore } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import { type MovedFile, type OutsideVersions, tellsOutsideVersions } from "../document/outside-versions.ts";
import type { WholeOutputs } from "../document/whole-outputs.ts";
import type { ConflictChoice, NotebookConflict } from "../nbformat/merge/conflict.ts";
import type { Party } from "../people/party.ts";
import { originOf } from "../usecases/edit-origin.ts";
import type { SaveState, SessionConflicts } from "../usecases/notebook-session.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { OpenConflicts } from "./open-conflicts.ts";
import { OutsideChanges } from "./outside-changes.ts";

export interface OutsideWatchOptions {
  readonly live: LiveNotebook;
  readonly store: DocumentStore;
  readonly path: string | null;
  readonly isUnsaved: boolean;
  /** Of outputs that the notebook has faces of. */
  readonly wholes?: WholeOutputs;
  /** What another program wrote is about to be merged. */
  readonly beforeMerge?: () => void;
  readonly onConflicts: (conflicts: readonly NotebookConflict[]) => void;
}

export class OutsideWatch implements SessionConflicts {
  /** Null: there is no file, or its store cannot tell. */
  readonly changes: OutsideChanges | null;
  private readonly options: OutsideWatchOptions;
  private readonly versions: OutsideVersions | null;
  private readonly open: OpenConflicts;
  private readonly merged = new Set<string>();
  private stopWatching: Unsubscribe | null = null;
  private path: string | null;
  private onChange: (() => void) | null = null;

  constructor(options: OutsideWatchOptions) {
    const { live, store, path, isUnsaved, wholes, beforeMerge, onConflicts } = options;
    this.options = options;
    this.path = path;
    this.versions = path !== null && tellsOutsideVersions(store) ? store : null;
    this.changes =
      path === null || this.versions === null
        ? null
        : new OutsideChanges({
            ...{ live, versions: this.versions, path, isUnsaved },
            ...(wholes && { wholes }),
            ...(beforeMerge && { beforeMerge }),
          });
    this.open = new OpenConflicts({ live, onConflicts });
  }

  /** From now on, until it is closed. */
  watch(onChange: () => void): void {
    const { path } = this;
    this.onChange = onChange;
    if (path !== null) this.stopWatching = this.versions?.watch(path, onChange) ?? null;
  }

  /** The file is there from now on. */
  movedTo(path: string): void {
    this.path = path;
    this.changes?.movedTo(path);
    this.stopWatching?.();
    if (this.onChange) this.watch(this.onChange);
  }

  /** Where a file that is gone went. */
  async findMoved(path: string): Promise<MovedFile | null> {
    return (await this.versions?.findMoved?.(path)) ?? null;
  }

  list(): readonly NotebookConflict[] {
    return this.open.list();
  }

  resolve(cellId: string | null, choice: ConflictChoice, by: Party): boolean {
    return this.open.resolve(cellId, choice, originOf(by));
  }

  async copies(): Promise<readonly string[]> {
    const { path } = this;
    if (path === null || this.versions === null) return [];
    return (await this.versions.conflictCopies(path)).filter((name) => !this.merged.has(name));
  }

  async mergeCopy(name: string): Promise<boolean> {
    const { path } = this;
    if (path === null || this.versions === null || !(await this.copies()).includes(name)) return false;
    const { notebook } = await this.versions.readCopy(path, name);
    const { changes } = this;
    changes?.join(await changes.facedCopy(notebook));
    this.merged.add(name);
    return true;
  }

  /** What could not be saved, because something else is in the file's place, is put beside it. */
  async close(state: SaveState): Promise<void> {
    this.stopWatching?.();
    this.open.stop();
    const { path } = this;
    const { store, live, wholes } = this.options;
    if (state.type !== "waiting" || path === null) return;
    const notebook = live.toNotebook();
    await store.save(await freeName(path), (await wholes?.notebook(notebook)) ?? notebook);
  }
}

/** `nb.unsaved.ipynb`, or with the first number that is free. */
async function freeName(path: string): Promise<string> {
  const stem = join(dirname(path), basename(path, extname(path)));
  for (let attempt = 1; ; attempt += 1) {
    const name = `${stem}.unsaved${attempt === 1 ? "" : `-${attempt}`}${extname(path)}`;
    const isTaken = await access(name).then(
      () => true,
      () => false,
    );
    if (!isTaken) return name;
  }
}
