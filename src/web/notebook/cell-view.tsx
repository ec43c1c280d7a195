import { memo, useEffect, useRef } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { tagsOf } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { useCell, useModel } from "../session/hooks.ts";
import { CellGutter } from "./cell-gutter.tsx";
import { CellToolbar } from "./cell-toolbar.tsx";
import styles from "./cell-view.module.css";
import { CodeCellBody } from "./code-cell-body.tsx";
import { KeptScope } from "./kept-state.ts";
import { usePage, useUi } from "./page-context.ts";
import { PLACE_WORDS, useRunPlace } from "./run-place.ts";
import { MarkdownCellBody, RawCellBody } from "./text-cell-bodies.tsx";
import { selectedIds, type UiState } from "./ui-state.ts";

interface CellViewProps {
  readonly id: CellId;
  readonly position: number;
  readonly count: number;
}

/** One cell: a named group that takes the focus, its mark in the gutter, its body, its outputs. */
export const CellView = memo(function CellView({ id, position, count }: CellViewProps) {
  const cell = useCell(id);
  const page = usePage();
  const model = useModel();
  const active = useUi((ui) => ui.active === id);
  const selected = useUi(
    (ui) =>
      (ui.active !== ui.anchor || ui.picked.length > 0) && selectedIds(ui, model.cellIds()).includes(id),
  );
  const editing = useUi((ui) => ui.active === id && ui.mode === "edit");
  const reveal = useUi((ui) => (ui.reveal?.id === id ? ui.reveal : null));
  const place = useRunPlace(id);
  const root = useRef<HTMLElement>(null);

  useEffect(() => {
    // An editor takes the focus by itself; the page still has to move to where it is.
    if (!reveal || !root.current) return;
    if (reveal.focus) takeFocus(root.current, page.ui.get().mode);
    bringIntoView(root.current, !reveal.focus);
    // Once: a cell that is drawn again later must not draw the page to it.
    page.revealed(reveal);
  }, [reveal, page]);

  useEffect(() => {
    // The editor is gone and took the focus with it.
    if (active && !editing && document.activeElement === document.body)
      root.current?.focus({ preventScroll: true });
  }, [active, editing]);

  if (!cell) return null;
  const kind = cell.cellType === "code" ? "Code" : cell.cellType === "markdown" ? "Markdown" : "Raw";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; a cell is a group of what is in it.
    <section
      ref={root}
      role="group"
      aria-label={`${kind} cell ${position} of ${count}${place === null ? "" : `, ${PLACE_WORDS[place]}`}`}
      data-cell={id}
      data-cell-type={cell.cellType}
      tabIndex={active ? 0 : -1}
      className={[
        styles.cell,
        active ? styles.active : "",
        selected ? styles.selected : "",
        editing ? styles.editing : "",
        place === null ? "" : styles[place],
      ].join(" ")}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        if (choosesMore(event) && !editing) {
          if (event.shiftKey) page.select(id, { extend: true });
          else page.toggle(id);
          if (page.ui.get().active === id) root.current?.focus({ preventScroll: true });
        } else if (!active && !(selected && isBeside(event.target))) page.select(id);
      }}
      onMouseDown={(event) => {
        // Else the browser selects text up to here, and gives the focus to a cell that was taken out.
        if (choosesMore(event) && !editing) event.preventDefault();
      }}
      onFocus={() => {
        if (page.ui.get().active !== id) page.select(id);
      }}
    >
      <CellGutter cell={cell} place={place} />
      <KeptScope.Provider value={id}>
        <div className={styles.body}>
          <Tags cell={cell} />
          {cell.cellType === "code" ? (
            <CodeCellBody cell={cell} editing={editing} />
          ) : cell.cellType === "markdown" ? (
            <MarkdownCellBody cell={cell} editing={editing} />
          ) : (
            <RawCellBody cell={cell} editing={editing} />
          )}
        </div>
      </KeptScope.Provider>
      {active && <CellToolbar cell={cell} />}
    </section>
  );
});

/** There a press may begin a drag of all that is selected. */
function isBeside(target: EventTarget): boolean {
  return target instanceof Element && target.closest("[data-grip]") !== null;
}

function choosesMore(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): boolean {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}

const SHOWN_TAGS: ReadonlySet<string> = new Set([
  "parameters",
  "injected-parameters",
  "hold",
  "skip-execution",
  "raises-exception",
]);

function Tags({ cell }: { cell: CellSnapshot }) {
  const tags = tagsOf(cell).filter((tag) => SHOWN_TAGS.has(tag));
  if (tags.length === 0) return null;
  return (
    <ul className={styles.tags} aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag} className={tag === "hold" ? styles.holdTag : undefined}>
          {tag === "hold" ? "holds here" : tag}
        </li>
      ))}
    </ul>
  );
}

/** An editor that is on its way takes it by itself. */
function takeFocus(element: HTMLElement, mode: UiState["mode"]): void {
  if (element.contains(document.activeElement)) return;
  const target = mode === "edit" ? element.querySelector<HTMLElement>(".cm-content") : element;
  target?.focus({ preventScroll: true });
}

/** @param grows outputs are about to come below it, so it goes to the upper part of the window. */
function bringIntoView(element: HTMLElement, grows: boolean): void {
  const box = element.getBoundingClientRect();
  const header = document.documentElement.style.getPropertyValue("--header-height");
  const top = Number.parseFloat(header) || 64;
  const room = window.innerHeight - top;
  const aboveBy = box.top - top - 8;
  const belowBy = box.bottom - window.innerHeight + 24;
  if (grows && (aboveBy < 0 || box.bottom > top + room / 2)) {
    window.scrollBy({ top: aboveBy - room / 6 });
    return;
  }
  // From far away one wants to see what is around it as well.
  if (box.bottom < top - room || box.top > window.innerHeight + room)
    window.scrollBy({ top: aboveBy - room / 6 });
  else if (aboveBy < 0) window.scrollBy({ top: aboveBy });
  else if (belowBy > 0) window.scrollBy({ top: Math.min(belowBy, aboveBy) });
}
