/** One output of a cell that is being written, and whether the document has it. */
import type { DisplayDataOutput, ExecuteResultOutput, Output } from "../nbformat/notebook.ts";
import type { CellId, OutputRef } from "../util/ids.ts";
import type { OutputEdit } from "./edits.ts";
import { FACE_LIMIT_BYTES, storedOf } from "./output-face.ts";
import type { DisplayPlace } from "./output-fold-displays.ts";
import type { StreamText } from "./output-fold-stream.ts";
import type { KeptLog, OutputKeeper } from "./output-keeper.ts";

export interface Place {
  /** Position among the cell's outputs. */
  index: number;
  /** The document has this output at `index`, perhaps in an older state. */
  isShown: boolean;
  current(): Output;
  /** The whole output, for the document; noted as shown. */
  show(): Output;
  /** From what the document has to what is, when it has this place. */
  update(id: CellId): OutputEdit | null;
}

/** Text of one feed that is not left to wait for the next drain: it would lie in memory until then. */
const MAX_WAITING = 256 * 1024;

export class StreamPlace implements Place {
  index = -1;
  isShown = false;
  readonly text: StreamText;
  private readonly cellId: CellId;
  private readonly keeper: OutputKeeper | null;
  /** Where it is when it is too long for the document. */
  private kept: KeptLog | null = null;

  constructor(text: StreamText, cellId: CellId, keeper: OutputKeeper | null = null) {
    this.text = text;
    this.cellId = cellId;
    this.keeper = keeper;
  }

  feed(text: string): void {
    // A kernel may say a hundred megabytes at once.
    for (let from = 0; from < text.length; ) {
      const end = this.keeper ? endOfPart(text, from) : text.length;
      this.text.feed(from === 0 && end === text.length ? text : text.slice(from, end));
      if (this.text.waiting > MAX_WAITING) this.keep();
      from = end;
    }
  }

  current(): Output {
    return this.kept?.face() ?? { output_type: "stream", name: this.text.name, text: this.text.toString() };
  }

  show(): Output {
    this.isShown = true;
    if (!this.keep()) this.text.drain();
    return this.current();
  }

  update(id: CellId): OutputEdit | null {
    if (this.keep()) return { type: "replace-output", id, index: this.index, output: this.current() };
    const step = this.text.drain();
    if (step === null) return null;
    const { drop, text } = step;
    return { type: "append-stream", id, index: this.index, ...(drop > 0 && { drop }), text };
  }

  /** @returns whether its whole is in the store, up to date. */
  private keep(): boolean {
    if (this.kept) {
      const step = this.text.drain();
      if (step) this.kept.append(step.drop, step.text);
    } else {
      if (this.keeper === null || this.text.length <= FACE_LIMIT_BYTES) return false;
      this.kept = this.keeper.beginLog(this.cellId, this.text.name);
      this.kept.append(0, this.text.release());
    }
    return true;
  }
}

/** With the end of a line, where there is one: no character is cut in two. */
function endOfPart(text: string, from: number): number {
  if (text.length - from <= MAX_WAITING) return text.length;
  const end = text.lastIndexOf("\n", from + MAX_WAITING) + 1;
  if (end > from) return end;
  const last = text.charCodeAt(from + MAX_WAITING - 1);
  return from + MAX_WAITING - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
}

export class ValuePlace implements Place {
  index = -1;
  isShown = false;
  private output: Output;
  private readonly keeper: OutputKeeper | null;

  constructor(output: Output, keeper: OutputKeeper | null = null) {
    this.output = output;
    this.keeper = keeper;
  }

  current(): Output {
    return this.output;
  }

  show(): Output {
    const isFirst = !this.isShown;
    this.isShown = true;
    // It changes never: from here on its face is all that is needed of it.
    if (isFirst && this.output.output_type !== "stream" && storedOf(this.output) === null)
      this.output = this.keeper?.keepValue(this.output, null)?.face ?? this.output;
    return this.output;
  }

  update(id: CellId): OutputEdit {
    return { type: "replace-output", id, index: this.index, output: this.show() };
  }
}

/** An output with a `display_id`: any cell may change it later. */
export class ShownDisplay implements Place, DisplayPlace {
  index = -1;
  isShown = false;
  readonly displayId: string;
  output: DisplayDataOutput | ExecuteResultOutput;
  /** What the document was last given, to recognise the place after others wrote there. */
  written: Output | null = null;
  private readonly onChanged: (place: ShownDisplay) => void;
  private readonly keeper: OutputKeeper | null;
  private ref: OutputRef | null = null;

  constructor(
    displayId: string,
    output: DisplayDataOutput | ExecuteResultOutput,
    onChanged: (place: ShownDisplay) => void,
    keeper: OutputKeeper | null = null,
  ) {
    this.keeper = keeper;
    this.displayId = displayId;
    this.output = output;
    this.onChanged = onChanged;
  }

  changed(): void {
    this.onChanged(this);
  }

  current(): Output {
    return this.output;
  }

  show(): Output {
    this.isShown = true;
    if (this.keeper && storedOf(this.output) === null) {
      const kept = this.keeper.keepValue(this.output, this.ref);
      this.ref = kept?.ref ?? null;
      if (kept) this.output = kept.face as DisplayDataOutput | ExecuteResultOutput;
    }
    this.written = this.output;
    return this.output;
  }

  update(id: CellId): OutputEdit {
    return { type: "replace-output", id, index: this.index, output: this.show() };
  }
}
