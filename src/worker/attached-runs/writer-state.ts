import { hostname } from "node:os";
import type { AttachedWriter } from "../../runs/attached/state.ts";
import { identityOf, isRunning } from "../../store/process-identity.ts";
import type { Writer } from "../../usecases/attached-run.ts";

/** A process of this machine is told apart from a later one of its pid; one of another machine is not looked at. */
export function writerState(writer: Writer): AttachedWriter {
  const isHere = writer.host === hostname() && writer.pid > 0;
  const identity = isHere ? identityOf(writer.pid) : null;
  // A container of this machine's name has pids of its own.
  const isKnown = identity !== null && identity.start !== "" && isRunning(identity);
  return { ...writer, identity: isKnown ? identity : null, ended: false };
}

/** Asks it to end, where it can be reached. */
export function endProcess({ identity, pid }: AttachedWriter, onFailure: (error: unknown) => void): void {
  if (identity === null || !isRunning(identity)) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    onFailure(error);
  }
}
