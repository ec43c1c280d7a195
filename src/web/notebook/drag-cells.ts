/**
 * Cells moved by mouse or touch, by the place beside them: a line shows where they go, the page scrolls at its edges,
 * Esc leaves them where they are. In a chunk of its own.
 */
import type { CellId } from "../../util/ids.ts";
import { lastFolded } from "./cell-moves.ts";
import type { NotebookController } from "./controller.ts";
import styles from "./drag-cells.module.css";
import { holdLeftMs, isNoHold, leftPlace } from "./finger-hold.ts";
import { moveSelectedTo } from "./rearrange-cells.ts";

const EDGE_PX = 70;
const SCROLL_PX = 22;
const TOLD = ["pointermove", "pointerup", "pointercancel"] as const;

let current: CellDrag | null = null;

/** `missed` are the pointer events since the press, the oldest first. */
export function pressBesideCell(
  page: NotebookController,
  id: CellId,
  press: PointerEvent,
  missed: Iterable<PointerEvent>,
): void {
  // Two fingers do not drag two things.
  if (!press.isPrimary) return;
  current?.cancel();
  current = new CellDrag(page, id, press);
  for (const event of missed) current.take(event);
}

class CellDrag {
  private readonly page: NotebookController;
  private readonly id: CellId;
  private readonly press: PointerEvent;
  private readonly isTouch: boolean;
  private readonly line = document.createElement("div");
  private readonly badge = document.createElement("div");
  private at: { readonly x: number; readonly y: number };
  private state: "pressed" | "dragging" | "over" = "pressed";
  private frame = 0;
  private holding: ReturnType<typeof setTimeout> | undefined;
  /** Puts the selection back as it was before the cell was taken. */
  private untake = (): void => undefined;
  /** Behind which cell they would go; undefined: nowhere yet. */
  private place: CellId | null | undefined;

  constructor(page: NotebookController, id: CellId, press: PointerEvent) {
    this.page = page;
    this.id = id;
    this.press = press;
    this.isTouch = press.pointerType === "touch";
    this.at = { x: press.clientX, y: press.clientY };
    this.line.className = styles.line ?? "";
    this.badge.className = styles.badge ?? "";
    for (const element of [this.line, this.badge]) element.setAttribute("aria-hidden", "true");
    for (const type of TOLD) window.addEventListener(type, this.take);
    window.addEventListener("blur", this.cancel);
    window.addEventListener("keydown", this.onKey, true);
    window.addEventListener("touchmove", this.onTouchMove, { passive: false });
    if (this.isTouch)
      this.holding = setTimeout(() => this.begin(), holdLeftMs(this.press, performance.now()));
  }

  readonly take = (event: PointerEvent): void => {
    if (event.pointerId !== this.press.pointerId || this.state === "over") return;
    if (this.isTouch && this.state === "dragging" && isNoHold(this.press, event)) this.takeNothing(event);
    else if (event.type === "pointercancel") this.end();
    else if (event.type === "pointerup") this.drop(event);
    else this.move(event);
  };

  /** On a page that was busy the timer came before what the finger had done by then. */
  private takeNothing(event: PointerEvent): void {
    this.end();
    this.untake();
    if (event.type === "pointerup" && !leftPlace(this.press, event))
      this.page.select(this.id, { reveal: true });
  }

  private move(event: PointerEvent): void {
    this.at = { x: event.clientX, y: event.clientY };
    if (this.state === "dragging" || !leftPlace(this.press, event)) return;
    if (this.isTouch) this.end();
    else this.begin();
  }

  private begin(): void {
    const { page, id } = this;
    const { active, anchor, picked, mode } = page.ui.get();
    this.untake = () => page.ui.update((ui) => ({ ...ui, active, anchor, picked, mode }));
    // What is pressed stays drawn while the page scrolls, and the selection goes with it.
    page.ui.update((ui) => {
      const selected = page.selected();
      return selected.includes(id)
        ? { ...ui, active: id, anchor: id, picked: selected, mode: "command" }
        : { ...ui, active: id, anchor: id, picked: [], mode: "command" };
    });
    this.state = "dragging";
    const count = page.selected().length;
    this.badge.textContent = count === 1 ? "1 cell" : `${count} cells`;
    document.body.append(this.line, this.badge);
    document.documentElement.classList.add(styles.dragging ?? "");
    this.follow();
  }

  private readonly follow = (): void => {
    if (this.state !== "dragging") return;
    this.frame = requestAnimationFrame(this.follow);
    const { x, y } = this.at;
    const header = document.documentElement.style.getPropertyValue("--header-height");
    const top = Number.parseFloat(header) || 64;
    if (y < top + EDGE_PX) window.scrollBy({ top: -SCROLL_PX });
    else if (y > window.innerHeight - EDGE_PX) window.scrollBy({ top: SCROLL_PX });
    this.badge.style.transform = `translate(${x + 14}px, ${y + 10}px)`;
    this.aim();
  };

  /** Where they would go from here. */
  private aim(): void {
    const { y } = this.at;
    const selected = new Set<string>(this.page.selected());
    let edge: { readonly y: number; readonly left: number; readonly width: number } | null = null;
    this.place = undefined;
    for (const element of document.querySelectorAll<HTMLElement>("[data-drawn]")) {
      const id = element.dataset.drawn as CellId;
      element.toggleAttribute("data-dragged", selected.has(id));
      const { top: from, bottom, left, width } = element.getBoundingClientRect();
      const isFirst = this.page.shownIds()[0] === id;
      if (edge === null && isFirst && y < from + (bottom - from) / 2) {
        edge = { y: from, left, width };
        this.place = null;
      }
      if (y >= from + (bottom - from) / 2) {
        edge = { y: bottom, left, width };
        this.place = id;
      }
    }
    this.line.hidden = edge === null;
    if (edge) {
      this.line.style.transform = `translate(${edge.left}px, ${edge.y - 9}px)`;
      this.line.style.width = `${edge.width}px`;
    }
  }

  private drop(event: PointerEvent): void {
    // The last move may not have been drawn yet.
    this.at = { x: event.clientX, y: event.clientY };
    if (this.state === "dragging") this.aim();
    const { page, state, place } = this;
    this.end();
    if (state === "pressed") {
      page.select(this.id, { reveal: true });
      return;
    }
    if (place !== undefined) {
      const before = page.ids();
      moveSelectedTo(page, place === null ? null : lastFolded(page.ids(), page.shownIds(), place));
      const count = page.selected().length;
      if (page.ids() !== before)
        page.tell(count === 1 ? "Cell moved." : `${count} cells moved.`, {
          action: { label: "Undo", run: () => page.model.undo.undo() },
        });
    }
    page.ui.update((ui) => ({ ...ui, reveal: { id: this.id, focus: true } }));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (this.state !== "dragging") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.cancel();
  };

  /** A finger that has taken a cell does not scroll. */
  private readonly onTouchMove = (event: TouchEvent): void => {
    if (this.state === "dragging" && event.cancelable) event.preventDefault();
  };

  readonly cancel = (): void => this.end();

  private end(): void {
    this.state = "over";
    clearTimeout(this.holding);
    cancelAnimationFrame(this.frame);
    this.line.remove();
    this.badge.remove();
    document.documentElement.classList.remove(styles.dragging ?? "");
    for (const element of document.querySelectorAll("[data-dragged]"))
      element.removeAttribute("data-dragged");
    for (const type of TOLD) window.removeEventListener(type, this.take);
    window.removeEventListener("blur", this.cancel);
    window.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("touchmove", this.onTouchMove);
  }
}
