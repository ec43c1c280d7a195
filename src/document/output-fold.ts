/**
 * Folds what a kernel says during one execution of a cell into that cell's outputs, as nbclient does, and tells
 * which edits bring the document from what it holds to that. No clock and no document in here: whoever calls
 * `drain` decides how often. Any split of the messages into drains gives the same outputs, and a drain costs what
 * came since the last one.
 *
 *   const fold = new OutputFold({ cellId, displays });
 *   fold.add({ type: "stream", name: "stdout", text: "epoch 1\n" });
 *   live.write(fold.drain(), origin);
 */
import type { DisplayDataOutput, ExecuteResultOutput, Output } from "../nbformat/notebook.ts";
import type { OutputMessage, ShownMessage } from "../nbformat/output-message.ts";
import { assertNever } from "../util/assert-never.ts";
import type { CellId } from "../util/ids.ts";
import { type JsonObject, jsonEqual } from "../util/json.ts";
import type { OutputEdit } from "./edits.ts";
import type { DisplayIndex } from "./output-fold-displays.ts";
import { type Place, ShownDisplay, StreamPlace, ValuePlace } from "./output-fold-place.ts";
import { StreamText } from "./output-fold-stream.ts";
import type { OutputKeeper } from "./output-keeper.ts";

export interface OutputFoldOptions {
  readonly cellId: CellId;
  /** Shared by all cells of a notebook. */
  readonly displays: DisplayIndex;
  /**
   * Which pieces of a stream become one output: `consecutive` (default) keeps the order of prints and displays;
   * `by-name` is nbclient's `coalesce_streams`: one stdout and one stderr a cell, each where its first piece came.
   */
  readonly streams?: "consecutive" | "by-name";
  /** Characters kept of one stream output, or of one line where a keeper has the others. Default 50 million; a last line says where it was cut. */
  readonly maxStreamLength?: number;
  /** Outputs kept in one cell. Default 20,000; later ones are dropped and a last line says so. */
  readonly maxOutputs?: number;
  /** Keeps what is too big for the document; without it, everything lies there whole. */
  readonly keeper?: OutputKeeper;
  /** Called when there is something to drain after there was nothing. */
  readonly onDirty?: () => void;
}

export class OutputFold {
  readonly cellId: CellId;
  /** As the kernel told it with the echo of the input, or with a result. */
  executionCount: number | null = null;
  private readonly options: OutputFoldOptions;
  private places: Place[] = [];
  // Made when needed: a fold is kept for each cell that ran, and most hold nothing by then.
  private streams: Map<string, StreamPlace> | null = null;
  private ownDisplays: Set<ShownDisplay> | null = null;
  /** Changed since the last drain. */
  private dirty: Set<Place> | null = null;
  private isDirty = false;
  /** How many outputs the document has, as we believe. */
  shownCount = 0;
  private clearsBeforeNext = false;
  private wasCleared = false;
  private isClosed = false;

  constructor(options: OutputFoldOptions) {
    this.options = options;
    this.cellId = options.cellId;
  }

  /** Later cells may update outputs of this one. */
  get hasDisplays(): boolean {
    return this.ownDisplays !== null && this.ownDisplays.size > 0;
  }

  add(message: OutputMessage): void {
    switch (message.type) {
      case "execute_input":
        this.executionCount = message.executionCount;
        break;
      case "update_display_data":
        this.options.displays.update(message.displayId, message.data, message.metadata);
        break;
      case "clear_output":
        if (message.wait) this.clearsBeforeNext = true;
        else this.clear();
        break;
      default:
        if (this.isClosed) return;
        if (this.clearsBeforeNext) this.clear();
        this.show(message);
    }
  }

  /** The edits since the last call; whoever calls writes them, in this order. */
  drain(): OutputEdit[] {
    const edits: OutputEdit[] = [];
    if (this.wasCleared && this.places.length < this.shownCount) {
      edits.push({ type: "remove-outputs", id: this.cellId });
      this.shownCount = 0;
    }
    for (const place of this.dirty ?? []) {
      if (place.index >= this.shownCount) continue;
      const edit = place.isShown ? place.update(this.cellId) : this.replace(place);
      if (edit) edits.push(edit);
    }
    for (const place of this.places.slice(this.shownCount)) {
      edits.push({ type: "append-output", id: this.cellId, output: place.show() });
    }
    this.shownCount = this.places.length;
    this.clean();
    return edits;
  }

  /**
   * After `close`: what updates of displays change in a cell that ended. `current` is what the document holds;
   * a place that somebody else changed or removed since is left alone and forgotten.
   */
  drainClosed(current: readonly Output[] | undefined): OutputEdit[] {
    const edits: OutputEdit[] = [];
    for (const place of this.dirty ?? []) {
      if (!(place instanceof ShownDisplay)) continue;
      const isThere = sameOutput(current?.[place.index], place.written);
      if (isThere) edits.push(this.replace(place));
      else this.unregister(place);
    }
    this.clean();
    return edits;
  }

  /** The outputs as they are now, drained or not. */
  outputs(): Output[] {
    return this.places.map((place) => place.current());
  }

  /** Everything anew: for a document that holds something else than we believed. */
  rewriteAll(): OutputEdit[] {
    this.clean();
    this.shownCount = this.places.length;
    const id = this.cellId;
    const appends = this.places.map(
      (place): OutputEdit => ({ type: "append-output", id, output: place.show() }),
    );
    return [{ type: "remove-outputs", id }, ...appends];
  }

  /** Somebody cleared the cell while it runs: what the document had is gone, what is not yet there will come. */
  forgetShown(): void {
    const places = this.places;
    this.empty();
    this.shownCount = 0;
    this.wasCleared = false;
    for (const place of places) {
      if (!place.isShown) this.put(place);
      else if (place instanceof ShownDisplay) this.unregister(place);
      else if (place instanceof StreamPlace) {
        const rest = place.text.drain();
        if (rest) this.stream(place.text.name, rest.text);
      }
    }
  }

  /** Puts these outputs in the place of all others, as a program that owns the area asks. */
  reset(outputs: readonly Output[]): void {
    this.clear();
    for (const output of outputs) this.put(this.valuePlace(output));
  }

  /** After the last drain: lets go of everything but the displays, which later cells may update. */
  close(): void {
    this.isClosed = true;
    this.empty();
  }

  /**
   * After `close`: output comes late (a thread prints on after its cell ended), behind what the document holds of the
   * cell by now.
   */
  reopen(current: readonly Output[]): void {
    const displays = new Map([...(this.ownDisplays ?? [])].map((place) => [place.index, place]));
    this.isClosed = false;
    this.empty();
    this.places = current.map((output, index): Place => {
      const display = displays.get(index);
      if (display && sameOutput(output, display.written)) return display;
      const place = new ValuePlace(output);
      place.index = index;
      place.isShown = true;
      return place;
    });
    this.shownCount = this.places.length;
  }

  /** The cell runs again: updates of its old displays no longer concern it. */
  dispose(): void {
    for (const place of this.ownDisplays ?? []) this.unregister(place);
    this.close();
  }

  private show(message: ShownMessage): void {
    switch (message.type) {
      case "stream":
        this.stream(message.name, message.text);
        break;
      case "display_data": {
        const { data, metadata } = message;
        this.display({ output_type: "display_data", data, metadata }, message.displayId);
        break;
      }
      case "execute_result": {
        const { data, metadata, executionCount } = message;
        this.executionCount = executionCount;
        this.display(
          { output_type: "execute_result", execution_count: executionCount, data, metadata },
          message.displayId,
        );
        break;
      }
      case "error": {
        const { ename, evalue, traceback } = message;
        this.put(this.valuePlace({ output_type: "error", ename, evalue, traceback: [...traceback] }));
        break;
      }
      default:
        assertNever(message);
    }
  }

  private stream(name: string, text: string): void {
    if (text === "") return;
    const last = this.places.at(-1);
    const place = this.streams?.get(name);
    if (place && (this.options.streams === "by-name" || place === last)) {
      place.feed(text);
      this.touch(place);
      return;
    }
    const { maxStreamLength = 50_000_000, keeper = null } = this.options;
    const created = new StreamPlace(new StreamText(name, maxStreamLength), this.cellId, keeper);
    created.feed(text);
    const isBehindStderr = last instanceof StreamPlace && last.text.name === "stderr" && name === "stdout";
    if (this.options.streams === "by-name" && isBehindStderr) {
      // nbclient puts stdout before the stderr next to it: they come by different ways, in no certain order.
      this.places.pop();
      this.put(created);
      last.isShown = false;
      this.put(last);
    } else this.put(created);
  }

  /** A further display with the same id shows its content in the earlier places too, as nbclient does. */
  private display(output: DisplayDataOutput | ExecuteResultOutput, displayId: string | null): void {
    if (displayId === null) {
      this.put(this.valuePlace(output));
      return;
    }
    this.options.displays.update(displayId, output.data, output.metadata);
    const place = new ShownDisplay(displayId, output, (changed) => this.touch(changed), this.options.keeper);
    if (!this.put(place)) return;
    this.ownDisplays ??= new Set();
    this.ownDisplays.add(place);
    this.options.displays.add(displayId, place);
  }

  private valuePlace(output: Output): ValuePlace {
    return new ValuePlace(output, this.options.keeper);
  }

  private put(place: Place): boolean {
    const max = this.options.maxOutputs ?? 20_000;
    if (this.places.length > max) return false;
    const isCut = this.places.length === max;
    if (isCut) {
      const notice = new StreamText("stderr", 200);
      notice.feed(`[The outputs of this cell were cut after ${max.toLocaleString("en")}.]\n`);
      this.place(new StreamPlace(notice, this.cellId));
    } else this.place(place);
    return !isCut;
  }

  private place(place: Place): void {
    place.index = this.places.length;
    this.places.push(place);
    if (place instanceof StreamPlace) {
      this.streams ??= new Map();
      this.streams.set(place.text.name, place);
    }
    this.touch(place);
  }

  private clear(): void {
    this.clearsBeforeNext = false;
    for (const place of this.ownDisplays ?? []) this.unregister(place);
    this.empty();
    this.wasCleared = this.shownCount > 0;
    if (this.wasCleared) this.announce();
  }

  private empty(): void {
    this.places = [];
    this.streams = null;
    this.dirty = null;
  }

  private replace(place: Place): OutputEdit {
    return { type: "replace-output", id: this.cellId, index: place.index, output: place.show() };
  }

  private unregister(place: ShownDisplay): void {
    this.ownDisplays?.delete(place);
    this.options.displays.remove(place.displayId, place);
  }

  private touch(place: Place): void {
    this.dirty ??= new Set();
    this.dirty.add(place);
    this.announce();
  }

  private announce(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.options.onDirty?.();
  }

  private clean(): void {
    this.dirty = null;
    this.isDirty = false;
    this.wasCleared = false;
  }
}

function sameOutput(a: Output | undefined, b: Output | null): boolean {
  // Outputs are JSON; their type only names some of the keys.
  return a !== undefined && b !== null && jsonEqual(a as JsonObject, b as JsonObject);
}
