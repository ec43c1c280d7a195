/**
 * A run that another tracker kept, as what is told of it. The same files give the same records in the same order, so
 * that an import that is said again, or goes on, adds only what is new: a log's offset says how much is there.
 */

import type { DeclaredParameter, Fact } from "../../telemetry/facts.ts";
import type { Origin } from "../../usecases/attached-run.ts";

export interface ImportedRun {
  /** Of where it lies: the same place is the same run. */
  readonly identity: string;
  readonly name: string;
  readonly startedAtMs: number;
  readonly parameters: readonly DeclaredParameter[];
  readonly origin: Origin;
  /** Each file that is only ever added to. */
  readonly logs: ImportedLog[];
  /** How it ended; null: that is not known. */
  end(): Promise<Extract<Fact, { readonly type: "end" }> | null>;
}

export interface ImportedLog {
  /** Within its run. */
  readonly identity: string;
  /** Tells what came since it was asked last; settles at the end of what is there. */
  read(sink: ImportSink): Promise<void>;
}

/** What is waited for, so that a big file is not held as a whole. */
export interface ImportSink {
  row(time: number, step: number | null, values: Readonly<Record<string, number>>): void;
  fact(fact: Fact): void;
  /** Kept before the records that name it. Returns its SHA-256. */
  blob(content: Uint8Array): Promise<string>;
  /** Sends what has gathered, when it is much. */
  breathe(): Promise<void>;
  /** What was there and is not shown, by kind. */
  passOver(what: string): void;
}
