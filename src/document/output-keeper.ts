/**
 * Decides which outputs lie in the document whole, keeps the wholes of the others in the store, and gives their
 * faces. One for each open notebook.
 */
import type { Output, StreamOutput } from "../nbformat/notebook.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { type CellId, OutputRef } from "../util/ids.ts";
import {
  aboutSize,
  countLines,
  FACE_LIMIT_BYTES,
  isSmall,
  logFace,
  STORED,
  storedOf,
  utf8Length,
  valueFace,
} from "./output-face.ts";
import type { OutputStore } from "./output-store.ts";

/** A traceback is read at once and changes never: it may be longer than what may change ten times a second. */
const ERROR_LIMIT_BYTES = 16 * 1024;
/** More than a face shows of a log's ends. */
const END_LENGTH = 4096;

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

  beginLog(cellId: CellId, name: string): KeptLog {
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
        return logFace({ name, ref, seq, bytes, lines, ...store.ends(ref) });
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
  faceOf(output: Output): Output {
    if (storedOf(output) !== null) return output;
    if (output.output_type !== "stream") return this.valueFaceOf(output);
    if (isSmall(output)) return output;
    // What else a file says of a stream would be lost in a log.
    if (Object.keys(output).length > 3) return output;
    const { name, text } = output;
    // Half a character is none in UTF-8, as which it would lie in the store.
    if (/\p{Surrogate}/u.test(text)) return output;
    const bytes = utf8Length(text);
    const ref = OutputRef.create();
    const taken = this.store.take(ref, output, bytes);
    if (taken === null) return output;
    const ends = { first: text.slice(0, END_LENGTH), last: text.slice(-END_LENGTH) };
    return logFace({ name, ref, seq: taken.seq, bytes, lines: countLines(text), ...ends, asInFile: true });
  }

  private valueFaceOf(output: Exclude<Output, StreamOutput>): Output {
    const limit = output.output_type === "error" ? ERROR_LIMIT_BYTES : FACE_LIMIT_BYTES;
    if (isSmall(output, limit)) return output;
    const ref = OutputRef.create();
    const bytes = aboutSize(output);
    const taken = this.store.take(ref, output, bytes);
    return taken === null ? output : valueFace(output, { ref, seq: taken.seq, bytes });
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
