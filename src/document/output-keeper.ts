/**
 * Decides which outputs lie in the document whole, keeps the wholes of the others in the store, and gives their
 * faces. One for each open notebook.
 */
import type { Output, StreamOutput } from "../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { type CellId, OutputRef } from "../util/ids.ts";
import { FACE_LIMIT_BYTES, isSmall, logFace, STORED, storedOf, valueFace } from "./output-face.ts";
import type { OutputStore } from "./output-store.ts";

/** A traceback is read at once and changes never: it may be longer than what may change ten times a second. */
const ERROR_LIMIT_BYTES = 16 * 1024;

/** What was said in a log that is kept, for those who pass it on as it comes. */
export interface LogGrowth {
  readonly cellId: CellId;
  readonly ref: OutputRef;
  readonly name: string;
  /** Characters that were taken off its end before `text` was added. */
  readonly drop: number;
  readonly text: string;
}

export interface KeptLog {
  readonly ref: OutputRef;
  append(drop: number, text: string): void;
  face(): StreamOutput;
}

export interface KeptValue {
  readonly face: Output;
  readonly ref: OutputRef;
}

export class OutputKeeper {
  private readonly store: OutputStore;
  private readonly growth = new Emitter<LogGrowth>();

  constructor(store: OutputStore) {
    this.store = store;
  }

  /** @param asInFile it came with the file, which gets it back whole. */
  beginLog(cellId: CellId, name: string, asInFile = false): KeptLog {
    const { store, growth } = this;
    const ref = OutputRef.create();
    return {
      ref,
      append: (drop, text) => {
        store.append(ref, drop, text);
        growth.emit({ cellId, ref, name, drop, text });
      },
      face: () => {
        const { seq = 0, bytes = 0, lines = 0 } = store.log(ref) ?? {};
        return logFace({ name, ref, seq, bytes, lines, ...store.ends(ref), asInFile });
      },
    };
  }

  /** @param before what the same output was kept as. @returns null: it lies in the document whole. */
  keepValue(output: Exclude<Output, StreamOutput>, before: OutputRef | null): KeptValue | null {
    const limit = output.output_type === "error" ? ERROR_LIMIT_BYTES : FACE_LIMIT_BYTES;
    if (isSmall(output, limit)) return null;
    const ref = before ?? OutputRef.create();
    const { seq, bytes } = this.store.put(ref, output);
    return { face: valueFace(output, { ref, seq, bytes }), ref };
  }

  /** An output that came with the file. @returns itself where it lies in the document whole. */
  faceOf(cellId: CellId, output: Output): Output {
    if (storedOf(output) !== null) return output;
    if (output.output_type !== "stream") return this.keepValue(output, null)?.face ?? output;
    if (isSmall(output)) return output;
    // What else a file says of a stream would be lost in a log.
    if (Object.keys(output).length > 3) return output;
    const log = this.beginLog(cellId, output.name, true);
    log.append(0, output.text);
    return log.face();
  }

  /** Everything that was kept until now is out of reach of this process's death. */
  flush(): void {
    this.store.flush();
  }

  onLog(listener: (growth: LogGrowth) => void): Unsubscribe {
    return this.growth.on(listener);
  }
}

/** An output without what made it a face: what it may become the next state of. */
export function withoutStored<T extends Output>(output: T): T {
  if (!(STORED in output)) return output;
  const { [STORED]: _, ...rest } = output;
  return rest as T;
}
