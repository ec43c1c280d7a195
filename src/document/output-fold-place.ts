/** One output of a cell that is being written, and whether the document has it. */
import type { DisplayDataOutput, ExecuteResultOutput, Output } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";
import type { OutputEdit } from "./edits.ts";
import type { DisplayPlace } from "./output-fold-displays.ts";
import type { StreamText } from "./output-fold-stream.ts";

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

export class StreamPlace implements Place {
  index = -1;
  isShown = false;
  readonly text: StreamText;

  constructor(text: StreamText) {
    this.text = text;
  }

  current(): Output {
    return { output_type: "stream", name: this.text.name, text: this.text.toString() };
  }

  show(): Output {
    this.isShown = true;
    this.text.drain();
    return this.current();
  }

  update(id: CellId): OutputEdit | null {
    const step = this.text.drain();
    if (step === null) return null;
    const { drop, text } = step;
    return { type: "append-stream", id, index: this.index, ...(drop > 0 && { drop }), text };
  }
}

export class ValuePlace implements Place {
  index = -1;
  isShown = false;
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  current(): Output {
    return this.output;
  }

  show(): Output {
    this.isShown = true;
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

  constructor(
    displayId: string,
    output: DisplayDataOutput | ExecuteResultOutput,
    onChanged: (place: ShownDisplay) => void,
  ) {
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
    this.written = this.output;
    return this.output;
  }

  update(id: CellId): OutputEdit {
    return { type: "replace-output", id, index: this.index, output: this.show() };
  }
}
