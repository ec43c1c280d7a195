/**
 * The outputs of one open notebook that are too big for it: kept in its store while they come, given whole to its
 * file, taken away when nothing refers to them any more.
 */
import type { DocumentStore } from "../document/document-store.ts";
import type { OutputEdit } from "../document/edits.ts";
import { DEFAULT_FILE_LIMIT, type FileLimit, NO_FILE_LIMIT } from "../document/file-cut.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import { isSmall, storedOf } from "../document/output-face.ts";
import { type LogGrowth, OutputKeeper } from "../document/output-keeper.ts";
import type { OutputStore } from "../document/output-store.ts";
import { WholeOutputs } from "../document/whole-outputs.ts";
import type { Notebook, Output } from "../nbformat/notebook.ts";
import type { NotebookOutputs } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId, OutputRef } from "../util/ids.ts";
import { FACES } from "./faced.ts";
import { giveMemoryBackSoon } from "./give-back.ts";
import type { OutsideChanges } from "./outside-changes.ts";

/** What is referred to no more goes after this time; what is younger may not be referred to yet. */
const SWEEP_MS = 30_000;
const FACE_MS = 500;
/** Wholes that were in memory, and are not any more. */
const MUCH_BYTES = 2 * 1024 * 1024;

interface FaceOf {
  readonly id: CellId;
  readonly index: number;
  readonly output: Output;
  readonly face: Output;
}

export interface SessionOutputsOptions {
  readonly store: OutputStore;
  readonly live: LiveNotebook;
  readonly clock: Clock;
  /** What a stream takes in the file. Default: 10,000 lines and 1 MB, but all of it where nothing is kept beside. */
  readonly limit?: FileLimit;
  /** Knows the last state that file and notebook had in common, which refers to outputs, too. Null: there is none yet. */
  readonly changes: () => Pick<OutsideChanges, "outputs" | "noteFaces"> | null;
  /** Whether the notebook's results are kept beside its file. */
  readonly isKept: () => boolean;
  /** The file holds part of a log only: the notebook with its outputs is to be kept beside it, if it can be. */
  readonly onCut: () => void;
  /** Whether it can be. */
  readonly canKeep: boolean;
}

export class SessionOutputs implements NotebookOutputs {
  readonly store: OutputStore;
  readonly keeper: OutputKeeper;
  readonly wholes: WholeOutputs;
  private readonly options: SessionOutputsOptions;
  private readonly stopListening: Unsubscribe;
  private cancelSweep: (() => void) | null = null;
  private cancelFacing: (() => void) | null = null;

  constructor(options: SessionOutputsOptions) {
    const { store, live, canKeep, onCut } = options;
    const { limit = canKeep ? DEFAULT_FILE_LIMIT : NO_FILE_LIMIT } = options;
    this.options = options;
    this.store = store;
    this.keeper = new OutputKeeper(store);
    this.wholes = new WholeOutputs(store, limit, () => {
      onCut();
      return canKeep;
    });
    this.stopListening = live.results.onWrite(({ edits }) => {
      if (edits.some(mayDrop)) this.sweepSoon();
      if (edits.some(bringsWhole)) this.faceSoon();
    });
    store.keepOnly(this.referred());
  }

  whole(outputs: readonly Output[]): Promise<readonly Output[]> {
    return this.wholes.outputs(outputs);
  }

  wholeNotebook(): Promise<Notebook> {
    return this.wholes.notebook(this.options.live.toNotebook());
  }

  onLog(listener: (growth: LogGrowth) => void): Unsubscribe {
    return this.keeper.onLog(listener);
  }

  /** The store whose files hold wholes. */
  saving(store: DocumentStore): DocumentStore {
    return {
      load: (path) => store.load(path),
      save: async (path, notebook, hooks) => store.save(path, await this.wholes.notebook(notebook), hooks),
    };
  }

  /**
   * Big outputs that lie in the notebook whole, as its file had them, become faces.
   * @returns settles when the wholes are out of reach of this process's death: nothing that is kept may refer to them
   *   before. @throws LoopbookError `outputs-not-kept`.
   */
  async faceAll(): Promise<void> {
    const found = this.facesNow();
    this.writeFaces(found);
    const bytes = found.reduce((sum, { face }) => sum + (storedOf(face)?.bytes ?? 0), 0);
    await this.store.settled();
    if (bytes >= MUCH_BYTES) giveMemoryBackSoon();
  }

  private facesNow(): FaceOf[] {
    const found: FaceOf[] = [];
    for (const { id, outputs } of this.options.live.results.entries()) {
      for (const [index, output] of outputs.entries()) {
        const face = this.keeper.faceOf(output);
        if (face !== output) found.push({ id, index, output, face });
      }
    }
    return found;
  }

  private writeFaces(found: readonly FaceOf[]): void {
    const { live } = this.options;
    // Each may have been replaced since.
    const still = found.filter(({ id, index, output }) => live.results.of(id).outputs[index] === output);
    if (still.length === 0) return;
    live.write(
      still.map(({ id, index, face }) => ({ type: "replace-output", id, index, output: face })),
      FACES,
    );
    this.options.changes()?.noteFaces(new Map(still.map(({ output, face }) => [output, face])));
  }

  /** @param isKept the notebook is opened again with what it refers to now. */
  async close(isKept: boolean): Promise<void> {
    this.stopListening();
    this.cancelSweep?.();
    this.cancelFacing?.();
    this.store.keepOnly(isKept ? this.referred() : new Set());
    if (isKept) await this.store.durable();
    await this.store.close();
  }

  /** Others wrote big outputs: a version was restored, or the file was changed outside. */
  private faceSoon(): void {
    this.cancelFacing ??= this.options.clock.schedule(FACE_MS, () => {
      this.cancelFacing = null;
      if (!this.options.isKept()) return;
      const found = this.facesNow();
      this.store.settled().then(
        () => this.writeFaces(found),
        // They lie in the notebook whole until the disk has room.
        () => {},
      );
    });
  }

  private sweepSoon(): void {
    this.cancelSweep ??= this.options.clock.schedule(SWEEP_MS, () => {
      this.cancelSweep = null;
      this.store.keepOnly(this.referred(), SWEEP_MS);
    });
  }

  private referred(): ReadonlySet<OutputRef> {
    const refs = new Set<OutputRef>();
    const note = (output: Output): void => {
      const stored = storedOf(output);
      if (stored) refs.add(stored.ref);
    };
    for (const { outputs } of this.options.live.results.entries()) outputs.forEach(note);
    for (const output of this.options.changes()?.outputs() ?? []) note(output);
    return refs;
  }
}

/** Whether outputs may be gone after this edit. */
function mayDrop(edit: OutputEdit): boolean {
  return (
    edit.type === "begin-execution" ||
    edit.type === "remove-outputs" ||
    edit.type === "clear-outputs" ||
    edit.type === "replace-output"
  );
}

function bringsWhole(edit: OutputEdit): boolean {
  if (edit.type !== "append-output" && edit.type !== "replace-output") return false;
  return storedOf(edit.output) === null && !isSmall(edit.output);
}
