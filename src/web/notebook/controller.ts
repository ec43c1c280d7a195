/** A notebook page's hands: where the reader is, and what they do. Commands and buttons call this, nothing else. */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import type { CellId } from "../../util/ids.ts";
import { type CommentMarks, NO_MARKS } from "../comments/comment-marks.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { createStore, type Store } from "../session/store.ts";
import { viewStore } from "../session/view.ts";
import type { FoldPart } from "./folding/fold-marks.ts";
import { Folding } from "./folding/folding.ts";
import {
  type DialogName,
  INITIAL_UI,
  type Notice,
  repairSelection,
  selectedIds,
  toggled,
  type UiState,
} from "./ui-state.ts";

/** What the open editor does for commands that are about its text. */
export interface EditorHands {
  readonly cell: CellId;
  /** Cuts the cell in pieces at its cursors. */
  split(): void;
  /** Puts another text in the place of this one, as one step of the editor's undo. False: it is another text by now. */
  replace(before: string, after: string): boolean;
  openSearch(): void;
}

export interface CodePlace {
  readonly code: () => string;
  /** In UTF-16 units. */
  readonly at: number;
}

export interface SelectOptions {
  readonly extend?: boolean;
  readonly mode?: UiState["mode"];
  readonly cursor?: UiState["cursor"];
  /** Brings it into view and gives it the focus. */
  readonly reveal?: boolean;
}

let noticeCount = 0;

export class NotebookController {
  readonly model: NotebookModel;
  readonly ui: Store<UiState> = createStore<UiState>(INITIAL_UI);
  /** What was typed after Enter while the editor was still on its way; it takes this in. */
  typedAhead = "";
  /** Null: no cell is being edited. */
  editor: EditorHands | null = null;
  /** Where the cursor is in code, in the editor that is open or was last. */
  readonly cursorAt: Store<CodePlace | null> = createStore<CodePlace | null>(null);
  /** What the reader opened and folded, while its cell is not drawn (`kept-state.ts`). */
  readonly kept = new Map<string, unknown>();
  readonly folding: Folding;
  /** Which cells people talk about; filled when the page has nothing else to do. */
  readonly commentMarks: Store<CommentMarks> = createStore<CommentMarks>(NO_MARKS);
  /** How many questions wait for an answer; filled when the page has nothing else to do. */
  readonly openQuestions: Store<number> = createStore(0);
  private order: readonly CellId[];
  private readonly subscriptions: Unsubscribe[];

  constructor(model: NotebookModel) {
    this.model = model;
    this.order = model.cellIds();
    this.folding = new Folding(model, () => this.ui.get().active);
    this.subscriptions = [model.onOrder(this.followOrder), this.ui.subscribe(this.tellPresence)];
    this.followOrder();
  }

  get canEdit(): boolean {
    return this.model.state.get().rights.edit && !viewStore.get().isReader;
  }

  get canExecute(): boolean {
    return this.model.state.get().rights.execute && !viewStore.get().isReader;
  }

  /** Whether the notebook may get another name: a link to one notebook is for that name. */
  get canMove(): boolean {
    return this.canEdit && this.model.state.get().limitedTo !== "notebook";
  }

  /** What is told to who may not. */
  why(right: "edit" | "execute"): string {
    if (viewStore.get().isReader)
      return "This view is for reading. Shift W leads back to where you can work.";
    const may = right === "edit" ? this.canExecute && "run" : this.canEdit && "change";
    const what = right === "edit" ? "change" : "run";
    return `You may ${may || "look at"} this notebook, but not ${what} it.`;
  }

  ids(): readonly CellId[] {
    return this.model.cellIds();
  }

  /** Those that no folded section hides. */
  shownIds(): readonly CellId[] {
    return this.folding.shownIds();
  }

  selected(): readonly CellId[] {
    return selectedIds(this.ui.get(), this.ids());
  }

  selectedCells(): readonly CellSnapshot[] {
    return this.selected().flatMap((id) => this.model.cell(id) ?? []);
  }

  select(id: CellId, options: SelectOptions = {}): void {
    this.folding.reveal(id);
    this.ui.update((ui) => ({
      ...ui,
      active: id,
      anchor: options.extend ? (ui.anchor ?? ui.active) : id,
      picked: [],
      mode: options.mode ?? "command",
      cursor: options.cursor ?? null,
      reveal: options.reveal ? { id, focus: true } : ui.reveal,
      follows: false,
    }));
  }

  /** Takes a cell into the selection, or out of it. */
  toggle(id: CellId): void {
    this.ui.update((ui) => ({
      ...ui,
      ...toggled(ui, this.ids(), id),
      mode: "command",
      cursor: null,
      follows: false,
    }));
  }

  /** Selects the neighbour; at an end nothing happens. */
  move(by: 1 | -1, options: SelectOptions = {}): void {
    const { active } = this.ui.get();
    const ids = this.shownIds();
    const at = active === null ? -1 : ids.indexOf(active);
    const next = ids[at + by];
    if (next !== undefined && at + by >= 0) this.select(next, { reveal: true, ...options });
  }

  /** Goes to the cell that runs or waits, and on to the next one with the run. */
  follow(follows: boolean): void {
    this.ui.update((ui) => ({ ...ui, follows }));
  }

  /** It is in view. */
  revealed(reveal: UiState["reveal"]): void {
    this.ui.update((ui) => (ui.reveal === reveal ? { ...ui, reveal: null } : ui));
  }

  /** Into view, without touching selection or focus. */
  show(id: CellId): void {
    this.folding.reveal(id);
    this.ui.update((ui) => ({ ...ui, reveal: { id, focus: false } }));
  }

  /** Folds or unfolds, for everybody where this reader may edit. It is no step of undo. */
  fold(ids: readonly CellId[], part: FoldPart, folded: boolean): void {
    const { active } = this.ui.get();
    if (folded && part === "section" && active !== null) {
      // Else the reader's own cell would keep its section open.
      const over = this.folding
        .headsOver(active)
        .filter((head) => ids.includes(head))
        .at(-1);
      if (over !== undefined) this.select(over);
    }
    this.folding.fold(ids, part, folded, this.canEdit);
  }

  edit(cursor: UiState["cursor"] = null): void {
    if (!this.canEdit) return;
    this.ui.update((ui) =>
      ui.active === null ? ui : { ...ui, mode: "edit", anchor: ui.active, picked: [], cursor },
    );
  }

  /** The editor did not come in time: what was typed is in the cell all the same. */
  writeTypedAhead(): void {
    const { typedAhead: text, model } = this;
    const { active: id, cursor } = this.ui.get();
    const cell = id === null ? undefined : model.cell(id);
    this.typedAhead = "";
    if (text === "" || id === null || cell === undefined) return;
    const source = cursor === null ? text + cell.source : cell.source + text;
    this.apply({ type: "set-source", id, source });
  }

  command(): void {
    this.writeTypedAhead();
    this.ui.update((ui) => ({ ...ui, mode: "command", cursor: null }));
  }

  /** Edits of one press are one step of undo. */
  apply(...edits: readonly NotebookEdit[]): boolean {
    if (!this.canEdit) {
      this.tell(this.why("edit"));
      return false;
    }
    this.model.undo.stopCapturing();
    const result = this.model.live.applyAll(edits, this.model.origin);
    this.model.undo.stopCapturing();
    this.followOrder();
    if (!result.ok) this.tell("Somebody deleted that cell a moment ago.");
    return result.ok;
  }

  open(dialog: DialogName | null): void {
    this.ui.update((ui) => ({ ...ui, dialog }));
  }

  /** Who wrote what, in the notebook or in one cell. */
  openHistory(historyOf: CellId | null, historyAt: number | null = null): void {
    this.ui.update((ui) => ({ ...ui, dialog: "history", historyOf, historyAt }));
  }

  /** The side panel, and over a narrow page too. */
  showSide(side: UiState["side"]): void {
    this.ui.update((ui) => ({ ...ui, side, panelOpen: true, panelHidden: false }));
  }

  /** What is said of a cell, in the margin. */
  showComments(id: CellId): void {
    this.select(id);
    this.showSide("comments");
  }

  /** The field to comment on a cell, or on one of its outputs. */
  comment(cellId: CellId, output: number | null = null): void {
    this.showComments(cellId);
    this.ui.update((ui) => ({ ...ui, commentOn: { cellId, output } }));
  }

  /** Scrolls along with somebody's page; null: no more. */
  followPage(followed: number | null): void {
    this.ui.update((ui) => ({ ...ui, followed, follows: false }));
  }

  tell(text: string, options: { tone?: Notice["tone"]; action?: Notice["action"] } = {}): void {
    noticeCount += 1;
    const notice: Notice = {
      id: noticeCount,
      text,
      tone: options.tone ?? "plain",
      ...(options.action ? { action: options.action } : {}),
    };
    this.ui.update((ui) => ({ ...ui, notice }));
  }

  /** @param replaces with the row for replacing open. */
  find(open: boolean, replaces = false): void {
    this.ui.update((ui) => ({
      ...ui,
      find: open ? { replaces } : null,
      // Closed, the keys are the cell's again.
      reveal: open || ui.active === null ? ui.reveal : { id: ui.active, focus: true },
    }));
  }

  dismissNotice(): void {
    this.ui.update((ui) => ({ ...ui, notice: null }));
  }

  close(): void {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.folding.close();
  }

  private readonly followOrder = (): void => {
    const before = this.order;
    this.order = this.model.cellIds();
    this.ui.update((ui) => {
      const repaired = repairSelection(ui, before, this.order);
      const same =
        repaired.active === ui.active &&
        repaired.anchor === ui.anchor &&
        repaired.picked === ui.picked &&
        repaired.mode === ui.mode;
      return same ? ui : { ...ui, ...repaired };
    });
  };

  private readonly tellPresence = (): void => {
    const { active, mode } = this.ui.get();
    this.model.presence.moveTo(active, mode === "edit" ? "editing" : "viewing");
  };
}
