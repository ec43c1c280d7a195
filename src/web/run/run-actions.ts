/** What people ask of a run. Refusals are told in the server's words. */
import type { RunCommandBody } from "../../api/http.ts";
import type { CellId } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";
import { isLive } from "../session/session-state.ts";
import type { ParameterValues, RunSnapshot } from "../session/types.ts";

/**
 * Runs the notebook in place, as a run that everybody sees and may step into.
 * @param fromCell only from here on, in the kernel that is there.
 */
export async function startRun(
  page: NotebookController,
  parameters: ParameterValues = {},
  fromCell: CellId | null = null,
): Promise<boolean> {
  if (!page.canExecute) {
    page.tell(page.why("execute"));
    return false;
  }
  const answer = await page.model.requests.startRun({
    output: { type: "in-place" },
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    ...(fromCell === null ? {} : { fromCell }),
    onError: "hold",
  });
  if (!answer.ok) page.tell(answer.message, { tone: "bad" });
  return answer.ok;
}

/** @returns the refusal's sentence, or null when it was taken. */
export async function commandRun(page: NotebookController, command: RunCommandBody): Promise<string | null> {
  const { run } = page.model.state.get();
  if (!isLive(run)) return "There is no run to steer.";
  const answer = await page.model.requests.runCommand(run.id, command);
  return answer.ok ? null : answer.message;
}

export async function steer(page: NotebookController, command: RunCommandBody): Promise<void> {
  const refusal = await commandRun(page, command);
  if (refusal !== null) page.tell(refusal, { tone: "bad" });
}

/** One key for both: a running run pauses, a held one goes on. */
export function pauseOrResume(page: NotebookController): void {
  const { run } = page.model.state.get();
  if (!isLive(run)) return;
  if (canPause(run)) void steer(page, { type: "pause" });
  else if (canResume(run)) void steer(page, { type: "resume" });
}

/** Back or ahead to the selected cell, or to the code below a text; a held run goes on with it. */
export function rerunFromSelected(page: NotebookController): void {
  const { active } = page.ui.get();
  const ids = page.ids();
  const from = active === null ? -1 : ids.indexOf(active);
  const cellId = ids.slice(from).find((id) => page.model.cell(id)?.cellType === "code");
  if (from === -1 || cellId === undefined) page.tell("There is no code to run from the selected cell on.");
  else void steer(page, { type: "rerun-from", cellId });
}

export const canPause = (run: RunSnapshot): boolean => run.status === "running" || run.status === "starting";
export const canResume = (run: RunSnapshot): boolean =>
  run.status === "pausing" ||
  (run.status === "held" && run.hold?.kind !== "tag" && run.hold?.kind !== "input");
export const canStep = (run: RunSnapshot): boolean =>
  run.status === "held" && !["tag", "input", "question"].includes(run.hold?.kind ?? "");
/** A process of the user's own has no cells to go back to. */
export const canRerun = (run: RunSnapshot): boolean =>
  run.status === "held" && run.hold?.kind !== "input" && run.kind !== "attached";
export const canSkip = (run: RunSnapshot): boolean =>
  run.status === "running" || (run.status === "held" && run.hold?.kind !== "input");
export const canAnswer = (run: RunSnapshot): boolean => run.status === "held" && run.hold?.kind === "tag";
