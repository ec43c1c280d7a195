/** What the history panel does: brings back versions and cells, as this page's own edits, so that undo takes them back. */
import type { HistoryEntry } from "../../api/history.ts";
import { HistoryClient } from "../../client/history-client.ts";
import { type RestoreOptions, restored, undeleted } from "../../document/history/restore.ts";
import { keyedLive, mergeEdits } from "../../document/merge-edits.ts";
import type { KeyedNotebook } from "../../nbformat/merge/cell-keys.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";
import { answerOf, api } from "../session/api.ts";

export function clientOf(page: NotebookController): HistoryClient {
  return new HistoryClient(api, page.model.notebookId);
}

/** The notebook as this page has it now, with ids in its cells. */
export function notebookNow(page: NotebookController): Notebook {
  const { keys, notebook } = keyedLive(page.model.live);
  const cells = notebook.cells.map((cell, index) => ({ ...cell, id: keys[index] ?? "" }));
  return { ...notebook, cells };
}

export interface Wanted {
  /** As `?version=` names it. */
  readonly version: string;
  /** For the reader. */
  readonly title: string;
  /** Null: all. */
  readonly cells: readonly string[] | null;
  /** Results too; only the server writes those. */
  readonly outputs: boolean;
}

/** @returns whether it was done. */
export async function restoreVersion(page: NotebookController, wanted: Wanted): Promise<boolean> {
  const { version, title, cells, outputs } = wanted;
  const what = cells === null ? `“${title}” is restored.` : `The cell is as in “${title}”.`;
  const body = { version, ...(cells && { cells: [...cells] }) };
  if (outputs) return restoreThere(page, body, what);
  const answer = await answerOf(clientOf(page).restore({ ...body, apply: "caller" }));
  if (!answer.ok) return refused(page, answer.message);
  const earlier = keyedOf(answer.value.notebook);
  const isRunning = (key: string): boolean => page.model.cell(CellId.of(key))?.executionState === "running";
  const options: RestoreOptions = { cells, outputs: false, isRunning };
  return applyHere(page, (now) => restored(now, earlier, options), what);
}

/** The cell that an entry deleted comes back where it was. */
export async function bringBack(page: NotebookController, entry: HistoryEntry): Promise<boolean> {
  const { deleted } = entry;
  if (deleted === null) return false;
  const answer = await answerOf(clientOf(page).restore({ entry: entry.seq, apply: "caller" }));
  if (!answer.ok) return refused(page, answer.message);
  return applyHere(page, (now) => undeleted(now, deleted), "The cell is back.");
}

function applyHere(
  page: NotebookController,
  next: (now: KeyedNotebook) => KeyedNotebook,
  what: string,
): boolean {
  const now = keyedLive(page.model.live);
  const { edits } = mergeEdits(now, next(now));
  if (edits.length === 0) {
    page.tell("It is like that already.");
    return true;
  }
  if (!page.apply(...edits)) return false;
  page.tell(what, { action: { label: "Undo", run: () => void page.model.undo.undo() } });
  return true;
}

async function restoreThere(
  page: NotebookController,
  body: { readonly version: string; readonly cells?: string[] },
  what: string,
): Promise<boolean> {
  const answer = await answerOf(clientOf(page).restore({ ...body, outputs: true }));
  if (!answer.ok) return refused(page, answer.message);
  const { before } = answer.value;
  const takeBack = before && {
    label: "Take it back",
    run: () => void restoreThere(page, { version: String(before.id) }, "It is as it was before the restore."),
  };
  page.tell(what, takeBack ? { action: takeBack } : {});
  return true;
}

function refused(page: NotebookController, message: string): false {
  page.tell(message, { tone: "bad" });
  return false;
}

function keyedOf(notebook: Notebook | null): KeyedNotebook {
  const whole = notebook ?? { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  return { keys: whole.cells.map(({ id = "" }) => id), notebook: whole };
}
