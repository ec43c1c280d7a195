/**
 * Brings outputs into the document: the first of an execution at once, later ones gathered at most ten times a
 * second, all of them before the execution's end. However fast a kernel prints, the document changes at that rate.
 */
import type { EditResult, OutputEdit } from "../document/edits.ts";
import { OutputFold, type OutputFoldOptions } from "../document/output-fold.ts";
import { DisplayIndex } from "../document/output-fold-displays.ts";
import type { OutputSink } from "../document/output-fold-sink.ts";
import type { OutputKeeper } from "../document/output-keeper.ts";
import type { OutputMessage } from "../nbformat/output-message.ts";
import type { Clock } from "../util/clock.ts";
import type { CellId } from "../util/ids.ts";

const MIN_PAUSE_MS = 100;
/** Where writing takes long (a huge output rewritten), it may take this share of the time at most. */
const PAUSE_PER_COST = 10;

interface Track {
  readonly fold: OutputFold;
  isOpen: boolean;
  lastFlushMs: number;
  pauseMs: number;
  cancel: (() => void) | null;
}

export interface OutputWriterOptions {
  readonly sink: OutputSink;
  readonly clock: Clock;
  readonly streams?: OutputFoldOptions["streams"];
  /** Keeps what is too big for the document. */
  readonly keeper?: OutputKeeper;
}

export class OutputWriter {
  /** Shared by all that folds outputs of this notebook. */
  readonly displays = new DisplayIndex();
  private readonly options: OutputWriterOptions;
  /** The newest execution of each cell; kept after its end for displays that later cells update. */
  private readonly tracks = new Map<CellId, Track>();
  /** Those with something to write, later. */
  private readonly waiting = new Set<Track>();

  constructor(options: OutputWriterOptions) {
    this.options = options;
  }

  /** Begins an execution in the document: what the cell showed before is gone. */
  begin(cellId: CellId): OutputFold {
    const before = this.tracks.get(cellId);
    if (before) this.drop(before);
    const fold = new OutputFold({
      cellId,
      displays: this.displays,
      onDirty: () => this.onDirty(track),
      ...(this.options.streams && { streams: this.options.streams }),
      ...(this.options.keeper && { keeper: this.options.keeper }),
    });
    const track: Track = {
      fold,
      isOpen: true,
      lastFlushMs: Number.NEGATIVE_INFINITY,
      pauseMs: 0,
      cancel: null,
    };
    this.tracks.set(cellId, track);
    this.options.sink.write([{ type: "begin-execution", id: cellId }]);
    return fold;
  }

  /**
   * The last outputs and the end, in one change: whoever reads "idle" has every output, also what this execution
   * changed in other cells.
   */
  finish(fold: OutputFold, executionCount: number | null): void {
    const track = this.tracks.get(fold.cellId);
    if (track?.fold !== fold) return;
    track.cancel?.();
    track.cancel = null;
    this.waiting.delete(track);
    this.flushAll();
    track.isOpen = false;
    const end: OutputEdit = { type: "end-execution", id: fold.cellId, executionCount };
    const last = fold.drain();
    // Whoever reads "done" has every output, also after a crash in the next moment.
    this.options.keeper?.flush();
    this.write(fold, [...last, end], [end]);
    fold.close();
  }

  /** Output of an execution that ended (a thread prints on): shown below the cell as long as nothing newer ran there. */
  late(fold: OutputFold, message: OutputMessage): void {
    const track = this.tracks.get(fold.cellId);
    if (track?.fold !== fold) return;
    if (!track.isOpen) {
      if (this.waiting.has(track)) this.flush(track);
      const current = this.options.sink.outputsOf(fold.cellId);
      if (!current) return;
      fold.reopen(current);
      track.isOpen = true;
    }
    fold.add(message);
  }

  /** Nothing comes late for this execution any more; it is kept only while later cells may update its displays. */
  release(fold: OutputFold): void {
    const track = this.tracks.get(fold.cellId);
    if (track?.fold === fold && !track.isOpen && !fold.hasDisplays) this.tracks.delete(fold.cellId);
  }

  /** Writes now what waits for its turn. */
  flushAll(): void {
    for (const track of [...this.waiting]) {
      this.flush(track);
    }
  }

  /** Somebody else changed the outputs of this cell; when they cleared a running one, its old outputs stay away. */
  touched(cellId: CellId): void {
    const track = this.tracks.get(cellId);
    if (!track?.isOpen) return;
    const outputs = this.options.sink.outputsOf(cellId);
    if (outputs && outputs.length < track.fold.shownCount) track.fold.forgetShown();
  }

  /** Lets go of all that waits; for a notebook that closes. */
  close(): void {
    for (const track of this.tracks.values()) this.drop(track);
    this.tracks.clear();
  }

  private drop(track: Track): void {
    track.cancel?.();
    this.waiting.delete(track);
    track.fold.dispose();
  }

  private onDirty(track: Track): void {
    const { clock } = this.options;
    const delayMs = Math.max(0, track.lastFlushMs + track.pauseMs - clock.now());
    track.cancel ??= clock.schedule(delayMs, () => this.flush(track));
    this.waiting.add(track);
  }

  private flush(track: Track): void {
    const { clock, sink } = this.options;
    track.cancel?.();
    track.cancel = null;
    this.waiting.delete(track);
    const startedMs = clock.now();
    const { fold } = track;
    if (track.isOpen) this.write(fold, fold.drain(), []);
    else {
      const edits = fold.drainClosed(sink.outputsOf(fold.cellId));
      if (edits.length > 0) sink.write(edits);
    }
    track.lastFlushMs = clock.now();
    track.pauseMs = Math.max(MIN_PAUSE_MS, PAUSE_PER_COST * (track.lastFlushMs - startedMs));
  }

  private write(fold: OutputFold, edits: readonly OutputEdit[], last: readonly OutputEdit[]): EditResult {
    if (edits.length === 0) return { ok: true };
    const result = this.options.sink.write(edits);
    if (result.ok || result.reason !== "no-such-output") return result;
    return this.options.sink.write([...fold.rewriteAll(), ...last]);
  }
}
