/** Where the reader is in a notebook: this page's own state, shared with nobody but through presence. */
import type { Cell } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";

export type DialogName =
  | "shortcuts"
  | "palette"
  | "jump"
  | "restart"
  | "kernel"
  | "stop-run"
  | "refuse"
  | "approve"
  | "rename"
  | "save-as"
  | "duplicate"
  | "history"
  | "name-version"
  | "export";

export interface Notice {
  readonly id: number;
  readonly tone: "plain" | "bad";
  readonly text: string;
  /** Offered beside the text. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** A cell that is to come into view, wherever that is. */
export interface Reveal {
  readonly id: CellId;
  /** It takes the focus, too (unless an editor in it does). */
  readonly focus: boolean;
}

/** Where a click was, in the window, and how far its line was scrolled sideways. */
export interface PointedAt {
  readonly x: number;
  readonly y: number;
  readonly scrolledBy: number;
}

export interface UiState {
  readonly active: CellId | null;
  /** The other end of the selection; equal to `active` when one cell is selected. */
  readonly anchor: CellId | null;
  /** Selected beside those between the two ends (Ctrl and a click). */
  readonly picked: readonly CellId[];
  /** Jupyter's two modes: keys are commands, or keys are text. */
  readonly mode: "command" | "edit";
  readonly clipboard: readonly Cell[];
  readonly dialog: DialogName | null;
  /** The history is that of this cell; null: of the notebook. */
  readonly historyOf: CellId | null;
  readonly notice: Notice | null;
  /** The search over the notebook; null: closed. A new object gives it the focus. */
  readonly find: { readonly replaces: boolean } | null;
  /** The side panel on a narrow page, where it covers the notebook. */
  readonly panelOpen: boolean;
  /** It is folded away where there is room for it beside the notebook. */
  readonly panelHidden: boolean;
  /** What the side panel shows. */
  readonly side: "run" | "timeline" | "comments" | "variables" | "docs";
  /** Somebody wants to comment on this; a new object asks anew. */
  readonly commentOn: { readonly cellId: CellId; readonly output: number | null } | null;
  /** Whose page this one scrolls along with, until the reader scrolls; one open page, as presence names it. */
  readonly followed: number | null;
  /** The history is asked for as it was at this moment (ms); null: now. */
  readonly historyAt: number | null;
  /** A new object asks anew. */
  readonly reveal: Reveal | null;
  /** Stays with the cell that runs, until the reader goes elsewhere. */
  readonly follows: boolean;
  /** Where the next editor puts its cursor. */
  readonly cursor: "start" | "end" | PointedAt | null;
}

export const INITIAL_UI: UiState = {
  active: null,
  anchor: null,
  picked: [],
  mode: "command",
  clipboard: [],
  dialog: null,
  historyOf: null,
  notice: null,
  find: null,
  panelOpen: false,
  panelHidden: false,
  side: "run",
  commentOn: null,
  followed: null,
  historyAt: null,
  reveal: null,
  follows: false,
  cursor: null,
};

/** The selected cells in document order. */
export function selectedIds(
  ui: Pick<UiState, "active" | "anchor"> & Partial<Pick<UiState, "picked">>,
  order: readonly CellId[],
): readonly CellId[] {
  if (ui.active === null) return [];
  const active = order.indexOf(ui.active);
  if (active === -1) return [];
  const anchor = ui.anchor === null ? active : order.indexOf(ui.anchor);
  const other = anchor === -1 ? active : anchor;
  const [from, to] = [Math.min(active, other), Math.max(active, other)];
  const { picked = [] } = ui;
  if (picked.length === 0) return order.slice(from, to + 1);
  const more = new Set(picked);
  return order.filter((id, index) => (index >= from && index <= to) || more.has(id));
}

/** The selection with this cell taken in or, where it was in already, taken out; the last one stays. */
export function toggled(
  ui: Pick<UiState, "active" | "anchor" | "picked">,
  order: readonly CellId[],
  id: CellId,
): Pick<UiState, "active" | "anchor" | "picked"> {
  const selected = selectedIds(ui, order);
  if (!selected.includes(id)) return { active: id, anchor: id, picked: selected };
  const left = selected.filter((other) => other !== id);
  const last = left.at(-1);
  if (last === undefined) return ui;
  const active = ui.active !== null && ui.active !== id ? ui.active : last;
  return { active, anchor: active, picked: left };
}

/**
 * Keeps the selection on a cell that exists when cells go away: the one that took the place of the lost one.
 * @param before the order that the selection was made in.
 */
export function repairSelection(
  ui: UiState,
  before: readonly CellId[],
  order: readonly CellId[],
): Pick<UiState, "active" | "anchor" | "picked" | "mode"> {
  const { active, anchor, mode } = ui;
  const there = new Set(order);
  const picked = ui.picked.every((id) => there.has(id)) ? ui.picked : ui.picked.filter((id) => there.has(id));
  if (active !== null && there.has(active)) {
    return { active, anchor: anchor !== null && there.has(anchor) ? anchor : active, picked, mode };
  }
  const was = active === null ? -1 : before.indexOf(active);
  const after = was === -1 ? order[0] : before.slice(was).find((id) => there.has(id));
  const next = after ?? order.at(-1) ?? null;
  return { active: next, anchor: next, picked: [], mode: "command" };
}
