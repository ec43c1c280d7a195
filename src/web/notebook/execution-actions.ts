/** Running cells by hand, and the kernel. A run's own commands are in `run/run-actions.ts`. */
import type { KernelActionBody } from "../../api/http.ts";
import type { CellId } from "../../util/ids.ts";
import { sourceHash } from "../../util/source-hash.ts";
import { isLive } from "../session/session-state.ts";
import { insertCell } from "./cell-actions.ts";
import type { NotebookController } from "./controller.ts";

/** What was typed a moment ago may still be on its way when the request arrives; then it is asked again. */
const RETRY_AFTER_MS = [30, 60, 120, 240, 480, 960];

export function runSelected(page: NotebookController, then: "stay" | "advance" | "insert"): void {
  const ids = page.selected();
  const last = ids.at(-1);
  if (last === undefined) return;
  runCells(page, ids);
  page.command();
  if (then === "insert") insertCell(page, last, "code", "edit");
  if (then !== "advance") return;
  const all = page.shownIds();
  const next = all[all.indexOf(last) + 1];
  if (next !== undefined) page.select(next, { reveal: true });
  else insertCell(page, last, "code", "edit");
}

/** Requests leave one after the other: a cell must not overtake the one that waits for the kernel to start. */
const lastRequest = new WeakMap<NotebookController, Promise<void>>();

export function runCells(page: NotebookController, ids: readonly CellId[]): void {
  for (const id of ids) {
    if (page.model.cell(id)?.cellType !== "code") continue;
    const before = lastRequest.get(page) ?? Promise.resolve();
    lastRequest.set(
      page,
      before.then(() => execute(page, id)),
    );
  }
}

async function execute(page: NotebookController, id: CellId): Promise<void> {
  if (!page.canExecute) return page.tell(page.why("execute"));
  const { connection, kernel, run } = page.model.state.get();
  if (connection !== "online") {
    return page.tell("Not connected to the server just now: the cell was not run.", { tone: "bad" });
  }
  if (kernel.state === "none" || kernel.state === "dead") {
    const started = await page.model.requests.kernel({ action: "start" });
    if (!started.ok) return page.tell(started.message, { tone: "bad" });
  }
  // Beside a pipeline that runs: in a subshell, so that looking at a variable does not wait for the training.
  const beside = isLive(run) && run.status !== "held" && kernel.supportsSubshells;
  if (!beside) await page.model.beforeExecute?.();
  for (const waitMs of [...RETRY_AFTER_MS, null]) {
    const cell = page.model.cell(id);
    if (!cell) return;
    const answer = await page.model.requests.execute(
      id,
      sourceHash(cell.source),
      beside ? "subshell" : "main",
    );
    if (answer.ok) return;
    const comesLater = answer.code === "source-changed" || answer.code === "no-such-cell";
    if (!comesLater || waitMs === null) return page.tell(answer.message, { tone: "bad" });
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

export async function kernelAction(page: NotebookController, action: KernelActionBody): Promise<void> {
  if (!page.canExecute) return page.tell(page.why("execute"));
  const answer = await page.model.requests.kernel(action);
  if (!answer.ok) page.tell(answer.message, { tone: "bad" });
}

/** A file that another program took away is made anew: somebody asked for it. */
export async function save(page: NotebookController): Promise<void> {
  const isGone = page.model.state.get().save.type === "missing";
  const answer = await page.model.requests.save(isGone);
  if (!answer.ok) page.tell(answer.message, { tone: "bad" });
}

/** The file that another program took away is where one with its content was found. */
export async function follow(page: NotebookController): Promise<void> {
  const answer = await page.model.requests.follow();
  if (!answer.ok) page.tell(answer.message, { tone: "bad" });
}
