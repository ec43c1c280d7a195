/** Cells to and from the system's clipboard. In a chunk of its own, fetched when the page has nothing else to do. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { Cell, CodeCell, JsonObject } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import {
  CLIP_MIME,
  type Clip,
  clipFromHtml,
  clipFromJson,
  clipFromText,
  clipHtml,
  clipJson,
  clipText,
} from "./clip-format.ts";
import type { NotebookController } from "./controller.ts";

/** Whether something else may have been copied since this page copied cells. */
let isStale = true;
let isWriting = false;

function expire(): void {
  if (!isWriting) isStale = true;
}
for (const event of ["copy", "cut"]) document.addEventListener(event, expire);
window.addEventListener("blur", expire);

/** The page itself has them already; this is for other windows and programs, and silent where that is not possible. */
export async function writeClip(page: NotebookController, cells: readonly Cell[]): Promise<void> {
  const clip = { cells, from: page.model.notebookId };
  isStale = false;
  isWriting = true;
  try {
    await writeAsync(clip);
  } catch {
    writeByEvent(clip);
  } finally {
    isWriting = false;
  }
}

async function writeAsync(clip: Clip): Promise<void> {
  const item: Record<string, Blob> = {};
  const add = (mime: string, text: string): void => {
    item[mime] = new Blob([text], { type: mime.replace(/^web /, "") });
  };
  add("text/plain", clipText(clip));
  add("text/html", clipHtml(clip));
  if (ClipboardItem.supports?.(CLIP_MIME)) add(CLIP_MIME, clipJson(clip));
  await navigator.clipboard.write([new ClipboardItem(item)]);
}

/** As pages without `https` have to. */
function writeByEvent(clip: Clip): void {
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", clipText(clip));
    event.clipboardData?.setData("text/html", clipHtml(clip));
    event.preventDefault();
  };
  document.addEventListener("copy", onCopy, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", onCopy);
}

/** What was copied last, here or elsewhere. */
export async function pasteClip(page: NotebookController, where: "below" | "above"): Promise<void> {
  const own = ownClip(page);
  if (own && !isStale) return insertCopies(page, own, where);
  const read = await readClip();
  if (read === "refused") {
    if (own) return insertCopies(page, own, where);
    return page.tell("The browser does not let the page read what was copied. Ctrl V brings it.");
  }
  if (read === null) page.tell("Nothing that could be a cell was copied.");
  else insertCopies(page, own && isSame(own, read) ? own : read, where);
}

/** What the browser's own paste brings. */
export function pasteBrought(
  page: NotebookController,
  { text, html }: { readonly text: string; readonly html: string },
): void {
  const own = ownClip(page);
  const brought = clipFromHtml(html) ?? clipFromText(text);
  if (brought === null) page.tell("Nothing that could be a cell was copied.");
  else insertCopies(page, own && isSame(own, brought) ? own : brought, "below");
}

function ownClip(page: NotebookController): Clip | null {
  const { clipboard } = page.ui.get();
  return clipboard.length === 0 ? null : { cells: clipboard, from: page.model.notebookId };
}

/** The clipboard may have kept less than all of them. */
function isSame(own: Clip, read: Clip): boolean {
  return clipText(own) === clipText(read);
}

async function readClip(): Promise<Clip | null | "refused"> {
  try {
    for (const item of await navigator.clipboard.read()) {
      const text = async (mime: string): Promise<string> =>
        item.types.includes(mime) ? (await item.getType(mime)).text() : "";
      const found =
        clipFromJson(await text(CLIP_MIME)) ??
        clipFromHtml(await text("text/html")) ??
        clipFromText(await text("text/plain"));
      if (found) return found;
    }
    return null;
  } catch {
    return "refused";
  }
}

/** New cells with new ids; what executing them gave arrives as results, where the reader may execute. */
export function insertCopies(page: NotebookController, clip: Clip, where: "below" | "above"): void {
  const ids = page.ids();
  const selected = page.selected();
  const firstAt = selected[0] === undefined ? 0 : ids.indexOf(selected[0]);
  let after = where === "below" ? (selected.at(-1) ?? ids.at(-1) ?? null) : (ids[firstAt - 1] ?? null);
  const copies = clip.cells.map((cell) => ({ cell, id: CellId.create() }));
  const edits = copies.map(({ cell, id }): NotebookEdit => {
    const edit: NotebookEdit = { type: "insert-cell", cell: newCell(cell, id), after };
    after = id;
    return edit;
  });
  if (edits.length === 0 || !page.apply(...edits) || after === null) return;
  page.select(after, { reveal: true });
  void pasteOutputs(page, clip, copies);
}

function newCell(cell: Cell, id: CellId) {
  const { id: _id, cell_type: cellType, metadata, source, outputs, execution_count, ...fields } = cell;
  return { id, cellType, source, metadata, fields: fields as JsonObject };
}

async function pasteOutputs(
  page: NotebookController,
  { from }: Clip,
  copies: readonly { readonly cell: Cell; readonly id: CellId }[],
): Promise<void> {
  const cells = copies.flatMap(({ cell, id }) =>
    hasResults(cell)
      ? [{ cellId: id, executionCount: cell.execution_count, outputs: cell.outputs as readonly object[] }]
      : [],
  );
  if (cells.length === 0 || !page.canExecute) return;
  const body = {
    cells: cells.map((cell) => ({ ...cell, outputs: cell.outputs.map((output) => ({ ...output })) })),
  };
  const answer = await page.model.requests.pasteOutputs(from === null ? body : { from, ...body });
  if (!answer.ok) page.tell(`The cells came without their outputs: ${answer.message}`, { tone: "bad" });
}

function hasResults(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code" && (cell.outputs.length > 0 || cell.execution_count !== null);
}
