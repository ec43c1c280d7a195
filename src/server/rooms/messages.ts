/** What happens in a session, as live messages. Pure. */
import type { LiveMessage } from "../../api/live.ts";
import type { Access } from "../../people/access.ts";
import type { RunSnapshot } from "../../runs/run.ts";
import type { NotebookSession, SessionEvent } from "../../usecases/notebook-session.ts";

export function helloMessage(
  session: NotebookSession,
  access: Access,
  path: string | null,
  run: RunSnapshot | null,
): LiveMessage {
  return {
    type: "hello",
    you: access.party,
    rights: access.rights,
    ...(access.scope && { limitedTo: access.scope.type }),
    path,
    kernel: session.kernelView(),
    save: session.saveState(),
    run,
    executions: Object.fromEntries(session.executions()),
    inputs: session.pendingInputs(),
    conflicts: session.conflicts.list(),
  };
}

/** @param shownPath the notebook's path as the API writes it. */
export function liveMessageOf(event: SessionEvent, shownPath: () => string | null): LiveMessage {
  if (event.type === "path") return { type: "path", path: shownPath() };
  return event;
}

/** A newer message with the same key makes the older one needless; null: none does. */
export function messageKey(message: LiveMessage): string | null {
  switch (message.type) {
    case "hello":
    case "results":
    case "results-state":
      return null;
    case "kernel":
    case "save":
    case "conflicts":
    case "path":
    case "run":
    case "ack":
    case "telemetry":
      return message.type;
    case "comments":
      return `comments ${message.thread?.id ?? ""}`;
    case "questions":
      return `questions ${message.question?.id ?? ""}`;
    case "execution":
      return `execution ${message.cellId}`;
    case "input-requested":
      return `input ${message.input.id}`;
    case "input-settled":
      return `input ${message.inputId}`;
  }
}
