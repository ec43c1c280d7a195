/** What people may ask of an attached run. It heeds at its safe points; what it has not (cells) is refused, in words. */
import type { Party } from "../../people/party.ts";
import { askedChange } from "../parameters/asked-change.ts";
import { checkChange } from "../parameters/check.ts";
import type { RunCommand } from "../run.ts";
import type { AttachedRefusal } from "./events.ts";
import type { AttachedTransition } from "./transition.ts";

export function onAttachedCommand(
  t: AttachedTransition,
  command: RunCommand,
  by: Party,
): AttachedRefusal | null {
  if (t.state.end !== null) return refuse("already-ended", "The run has ended. Start its script again.");
  switch (command.type) {
    case "pause":
      return pause(t, by);
    case "resume":
      return resume(t, by);
    case "step":
      return step(t, by);
    case "stop":
      return stop(t, by, command.immediate === true);
    case "set-parameters":
      return setParameters(t, by, command);
    case "discard-change":
      return discardChange(t, by, command.changeId);
    case "answer-input":
      return refuse(
        "no-such-input",
        "This run is a process of its own: nothing in it asks by `input()` here.",
      );
    case "approve":
    case "refuse":
      return refuse("not-held", "This run is a process of its own: it asks by questions. Answer those.");
    case "skip":
    case "interrupt":
    case "rerun-from":
      return refuse(
        "not-running",
        "This run is a process of its own: it has no cells to skip, interrupt or run again. Pause, step and stop act at its next safe point.",
      );
  }
}

function refuse(code: AttachedRefusal["code"], message: string): AttachedRefusal {
  return { code, message };
}

function pause(t: AttachedTransition, by: Party): AttachedRefusal | null {
  const { held, wish } = t.state;
  if (held !== null && held.kind !== "question" && wish.state !== "go")
    return refuse("not-running", "The run is on hold already. `resume` lets it go on.");
  if (wish.state === "stop") return refuse("not-running", "The run is being stopped.");
  if (wish.state === "pause") return null;
  t.wish("pause", by);
  t.record("pause-asked", `${by.displayName} asked to pause`, { by });
  return null;
}

function resume(t: AttachedTransition, by: Party): AttachedRefusal | null {
  const { held, wish } = t.state;
  if (wish.state === "pause" || wish.state === "step") {
    t.wish("go", by);
    const text = held === null ? `${by.displayName} took the pause back` : `Resumed by ${by.displayName}`;
    t.record("resumed", text, { by });
    return null;
  }
  if (held?.kind === "question")
    return refuse("not-held", "The run waits for the answer to its question. Answer it; resuming does not.");
  if (held === null) return refuse("not-held", "The run is not on hold.");
  // It was told already, or holds by its own code: told once more.
  t.wish("go", by);
  t.record("resumed", `Resumed by ${by.displayName}`, { by });
  return null;
}

function step(t: AttachedTransition, by: Party): AttachedRefusal | null {
  if (t.state.held === null || t.state.held.kind === "question")
    return refuse("not-held", "A step is taken from a pause. Pause the run first.");
  t.wish("step", by);
  t.record("stepped", `${by.displayName} lets it go to its next safe point`, { by });
  return null;
}

function stop(t: AttachedTransition, by: Party, immediate: boolean): AttachedRefusal | null {
  const again = t.state.wish.state === "stop";
  if (!again) {
    t.wish("stop", by);
    t.record("stop-asked", `${by.displayName} asked to stop`, { by });
  }
  if (immediate) {
    t.record("end-asked", `${by.displayName} ends it at once`, { by });
    t.ask({ type: "signal", by });
  }
  return null;
}

function setParameters(
  t: AttachedTransition,
  by: Party,
  command: Extract<RunCommand, { type: "set-parameters" }>,
): AttachedRefusal | null {
  const { staged, settledChanges, specs, values } = t.state;
  // Asked again with the same id (a retry after a lost answer) it is the same change.
  if (staged.some(({ id }) => id === command.changeId) || settledChanges.includes(command.changeId))
    return null;
  const checked = checkChange(specs, command.values, false);
  if (!checked.ok) return refuse(checked.code, checked.message);
  const { reason } = command;
  const change = { id: command.changeId, values: checked.values, reason, by, atMs: t.atMs };
  const { text, detail } = askedChange(change, values);
  t.record("parameters-changed", text, { by, detail });
  t.set({ staged: [...staged, change] });
  return null;
}

function discardChange(t: AttachedTransition, by: Party, id: string): AttachedRefusal | null {
  const change = t.state.staged.find((one) => one.id === id);
  if (change === undefined)
    return refuse("no-such-change", "That change is not waiting any more: it was taken or discarded.");
  t.settleChange(id);
  t.record("change-discarded", `${by.displayName} took a change back`, { by, detail: { changeId: id } });
  const back = Object.entries(t.state.values).filter(([name]) => Object.hasOwn(change.values, name));
  if (change.inSource) t.ask({ type: "write-values", values: Object.fromEntries(back) });
  return null;
}
