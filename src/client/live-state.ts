/** What the live messages add up to. Pure. */
import type { LiveMessage } from "../api/live.ts";
import type { PendingInput } from "../usecases/notebook-session.ts";
import { assertNever } from "../util/assert-never.ts";

type Hello = Extract<LiveMessage, { type: "hello" }>;

/**
 * A new object at each change; parts that did not change stay the same objects. `executions` is the exception: there
 * may be thousands, and it stays one object whose entries change.
 */
export type LiveState = Omit<Hello, "type">;

/** Messages before the first `hello` (there are none) leave nothing. */
export function applyLiveMessage(state: LiveState | null, message: LiveMessage): LiveState | null {
  if (message.type === "hello") {
    const { type: _, ...first } = message;
    return { ...first, executions: { ...first.executions } };
  }
  if (!state) return null;
  switch (message.type) {
    case "kernel":
      return { ...state, kernel: message.kernel };
    case "save":
      return { ...state, save: message.save };
    case "conflicts":
      return { ...state, conflicts: message.conflicts };
    case "path":
      return { ...state, path: message.path };
    case "run":
      return { ...state, run: message.run };
    case "execution":
      Object.assign(state.executions, { [message.cellId]: message.execution });
      return { ...state };
    case "input-requested":
      return { ...state, inputs: [...without(state.inputs, message.input.id), message.input] };
    case "input-settled":
      return { ...state, inputs: without(state.inputs, message.inputId) };
    case "comments":
    case "questions":
    case "telemetry":
    case "ack":
    case "results":
    case "results-state":
      return state;
    default:
      return assertNever(message);
  }
}

function without(inputs: readonly PendingInput[], id: string): readonly PendingInput[] {
  return inputs.filter((input) => input.id !== id);
}
