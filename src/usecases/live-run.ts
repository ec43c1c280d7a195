/** A run of this process, whatever executes it. */
import type { Party } from "../people/party.ts";
import type { CommandResult, RunCommand, RunSnapshot } from "../runs/run.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { RunId } from "../util/ids.ts";
import type { NotebookSession } from "./notebook-session.ts";

/** A live run of this process. */
export interface LiveRun {
  readonly id: RunId;
  readonly session: NotebookSession;
  snapshot(): RunSnapshot;
  command(command: RunCommand, by: Party): Promise<CommandResult>;
  /** After each change of the snapshot; the newest is given, older ones may be left out under load. */
  onChange(listener: (run: RunSnapshot) => void): Unsubscribe;
  /** A file that it reads or writes has another path now. */
  fileMoved?(from: string, to: string): void;
  /** Settles when the end is written: document, file, ledger. Never rejects. */
  readonly ended: Promise<RunSnapshot>;
}
