/** To a place of the notebook, drawn or not, folded or not: the cell is selected, brought into view and flashed. */
import type { CellId } from "../../../util/ids.ts";
import type { NotebookController } from "../controller.ts";
import { anchorOf, headingsOf } from "./headings.ts";

/** `#cell=<id>` and JupyterLab's `#cell-id=<id>`; else a heading's anchor, as Jupyter makes them. */
export function placeOfHash(
  page: NotebookController,
  hash: string,
): { id: CellId; nth: number | null } | null {
  const text = decode(hash.replace(/^#/, ""));
  const [, cell] = /^cell(?:-id)?=(.+)$/.exec(text) ?? [];
  if (cell !== undefined) {
    const id = page.ids().find((candidate) => candidate === cell);
    return id === undefined ? null : { id, nth: null };
  }
  const wanted = anchorOf(text).toLowerCase();
  if (wanted === "") return null;
  for (const id of page.ids()) {
    const nth = headingsOf(page.model.cell(id)).findIndex(
      (heading) => anchorOf(heading.text).toLowerCase() === wanted,
    );
    if (nth !== -1) return { id, nth };
  }
  return null;
}

/** A cell that is drawn for it comes within a few frames; longer than this nobody waits. */
const MAX_WAIT_MS = 3_000;
const FLASH_MS = 2_000;

/** @param nth which heading of the cell; null: the cell itself. */
export async function land(page: NotebookController, id: CellId, nth: number | null): Promise<void> {
  page.select(id, { reveal: true });
  const cell = await drawn(id);
  if (!cell) return;
  // At once: what is flashed is held where it is while outputs around it arrive (`hold-place.ts`).
  flash(cell);
  await settled();
  if (nth !== null) headingIn(page, id, nth, cell)?.scrollIntoView({ block: "start" });
}

/** By its text: what the page draws may have headings that the source does not show as such. */
function headingIn(
  page: NotebookController,
  id: CellId,
  nth: number,
  cell: HTMLElement,
): HTMLElement | undefined {
  const drawn = [...cell.querySelectorAll<HTMLElement>("h1, h2, h3, h4, h5, h6")];
  const wanted = anchorOf(headingsOf(page.model.cell(id))[nth]?.text ?? "");
  return drawn.find((heading) => anchorOf(heading.textContent ?? "") === wanted) ?? drawn[nth];
}

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Its place has been read once, so that the page has scrolled to it. */
async function settled(): Promise<void> {
  await frame();
  await frame();
}

async function drawn(id: CellId): Promise<HTMLElement | null> {
  const untilMs = performance.now() + MAX_WAIT_MS;
  const find = (): HTMLElement | null => document.querySelector(`[data-cell="${CSS.escape(id)}"]`);
  while (find() === null && performance.now() < untilMs) await frame();
  return find();
}

/** So that the eye finds it; `cell-view.module.css` has how. */
function flash(cell: HTMLElement): void {
  for (const before of document.querySelectorAll("[data-landed]")) before.removeAttribute("data-landed");
  cell.dataset.landed = "";
  setTimeout(() => cell.removeAttribute("data-landed"), FLASH_MS);
}

/** The address that leads to a cell of this notebook. */
export function linkTo(id: CellId): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}#cell=${encodeURIComponent(id)}`;
}

export async function copyLink(page: NotebookController): Promise<void> {
  const { active } = page.ui.get();
  if (active === null) return;
  const link = linkTo(active);
  try {
    await navigator.clipboard.writeText(link);
    page.tell("The link to this cell is copied.");
  } catch {
    // Without the right to write there (or over plain HTTP) it can still be read and copied by hand.
    page.tell(`The link to this cell: ${link}`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
