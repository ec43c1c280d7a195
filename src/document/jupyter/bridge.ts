/**
 * Keeps a live notebook and its Jupyter form equal. Every change on one side is translated into edits of the other
 * before anything else happens, so both are the same document whenever somebody looks: what two people do at once is
 * merged by Yjs on either side, never here. Text goes over as the changes that were made, cells by their ids.
 *
 * Results have one owner (`results-flow.ts`).
 */
import type * as Y from "yjs";
import type { JsonObject } from "../../nbformat/notebook.ts";
import type { Clock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import type { CellId } from "../../util/ids.ts";
import type { NotebookEdit } from "../edits.ts";
import { extrasOf } from "../fields.ts";
import type { EditOrigin, LiveNotebook, NotebookChange } from "../live-notebook.ts";
import { cellsOf } from "../schema.ts";
import {
  type CellContent,
  cellEdits,
  type NotebookContent,
  notebookEdits,
  orderEdits,
} from "./content-edits.ts";
import type { JupyterChange, JupyterDocument } from "./jupyter-document.ts";
import { isKernelNote } from "./kernel-notes.ts";
import { ResultsFlow, type ResultsRules } from "./results-flow.ts";
import { type TextDelta, textDelta, writeText } from "./text-delta.ts";

export interface BridgeOptions {
  readonly live: LiveNotebook;
  readonly jupyter: JupyterDocument;
  /** Author, in the live notebook, of what this transaction of the Jupyter side changed. */
  readonly authorOf: (origin: unknown) => EditOrigin;
  readonly results: ResultsRules;
  readonly clock: Clock;
}

export interface Bridge {
  /** Origin of what the bridge writes on the Jupyter side. */
  readonly origin: object;
  /** Shows and takes over what waits. */
  flush(): void;
  close(): void;
}

/** One of the two notebooks, as far as people write it. */
interface Side {
  ids(): readonly CellId[];
  content(id: CellId): CellContent | undefined;
  text(id: CellId): Y.Text | undefined;
  notebook(): NotebookContent;
  /** The caller holds the transaction. */
  apply(edits: readonly NotebookEdit[], origin: unknown): void;
}

interface ContentChange {
  readonly order: boolean;
  readonly cells: ReadonlySet<CellId>;
  readonly metadata: boolean;
}

type Texts = ReadonlyMap<Y.AbstractType<unknown>, TextDelta>;

/** Fills an empty Jupyter document with a live notebook. Both are equal from then on while a bridge is between them. */
export function projectNotebook(live: LiveNotebook, jupyter: JupyterDocument, origin: unknown): void {
  const side = liveSide(live);
  const cells = side.ids().flatMap((id) => {
    const content = side.content(id);
    const results = live.cell(id);
    return content && results ? [{ id, content, results }] : [];
  });
  jupyter.doc.transact(() => jupyter.fill(side.notebook(), cells), origin);
}

/** Both must hold the same content. */
export function bridge(options: BridgeOptions): Bridge {
  return new NotebookBridge(options);
}

class NotebookBridge implements Bridge {
  readonly origin = { type: "remote", label: "loopbook" } as const;
  private readonly options: BridgeOptions;
  private readonly live: Side;
  private readonly flow: ResultsFlow;
  private readonly stops: Unsubscribe[];
  /** Of the transaction that is under way on the live side. */
  private texts = new Map<Y.AbstractType<unknown>, TextDelta>();
  /** The shared text of each cell as last seen: another one means that the cell was made anew. */
  private liveTexts = new Map<CellId, Y.Text | undefined>();
  private jupyterTexts = new Map<CellId, Y.Text | undefined>();
  /** Origins of what the bridge writes on the live side. */
  private readonly own = new WeakSet<object>();
  /** Keys of the notebook's metadata that stay on the Jupyter side until somebody changes something there. */
  private readonly held = new Set<string>();

  constructor(options: BridgeOptions) {
    const { live, jupyter, results: rules, clock, authorOf } = options;
    this.options = options;
    this.live = liveSide(live);
    const take: ResultsRules["take"] = (id, edits, origin) => {
      rules.take(id, edits, origin);
      this.letGo(authorOf(origin));
    };
    const flowRules = { ...rules, take };
    this.flow = new ResultsFlow({ live, jupyter, rules: flowRules, origin: this.origin, clock });
    const cells = cellsOf(live.doc);
    cells.observeDeep(this.onLiveTexts);
    this.stops = [
      live.onChange((change) => this.onLive(change)),
      jupyter.onChange((change) => this.onJupyter(change)),
      () => cells.unobserveDeep(this.onLiveTexts),
    ];
    this.liveTexts = textsOf(this.live);
    this.jupyterTexts = textsOf(jupyter);
    if (rules.whole) for (const id of live.cellIds()) this.flow.fromLive(id);
  }

  flush(): void {
    this.flow.flush();
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.flow.close();
  }

  private readonly onLiveTexts = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    for (const event of events)
      if (event.target.parent?.parent === event.currentTarget) this.texts.set(event.target, textDelta(event));
  };

  private onLive(change: NotebookChange): void {
    const { texts } = this;
    if (change.order || change.cells.size > 0) this.texts = new Map();
    const isTheirs = this.isOwn(change.origin);
    const anew = change.order && !isTheirs ? changedTexts(this.live, this.liveTexts) : [];
    // A cell that is back, or code again, shows its results again; there it is made anew, without.
    const again = change.order && !isTheirs ? [...anew, ...change.cells] : [];
    if (!isTheirs) this.toJupyter(change, anew, texts, again);
    for (const id of new Set([...change.outputs, ...again])) this.flow.fromLive(id);
  }

  private toJupyter(
    change: ContentChange,
    anew: readonly CellId[],
    texts: Texts,
    again: readonly CellId[],
  ): void {
    const { live, jupyter, results } = this.options;
    jupyter.doc.transact(() => {
      translate(change, anew, texts, this.live, jupyter, null, this.held);
      if (results.owner !== "jupyter") return;
      for (const id of again) {
        const cell = live.cell(id);
        if (cell && (cell.outputs.length > 0 || cell.executionCount !== null)) jupyter.setResults(id, cell);
      }
    }, this.origin);
    if (change.order) this.remember();
  }

  private onJupyter(change: JupyterChange): void {
    if (change.origin === this.origin) return;
    const { live, jupyter, authorOf } = this.options;
    jupyter.doc.transact(() => (change.order ? jupyter.separate() : jupyter.mend(change.cells)), this.origin);
    const anew = change.order ? changedTexts(jupyter, this.jupyterTexts) : [];
    // An object of its own: others of this author may edit in answer to this very change.
    const author = { ...authorOf(change.origin) };
    this.own.add(author);
    const news = { ...change, metadata: change.metadata && !this.hold() };
    const changed = live.doc.transact(
      () => translate(news, anew, change.texts, jupyter, this.live, author),
      author,
    );
    if (changed) this.letGo(author);
    if (change.order) this.remember();
    for (const id of new Set([...change.results, ...anew]))
      this.flow.fromJupyter(id, change.origin, anew.includes(id));
  }

  /** True: all that differs in the notebook's metadata is such a note. */
  private hold(): boolean {
    const edits = notebookEdits(this.live.notebook(), this.options.jupyter.notebook());
    const now = this.options.live.metadata();
    if (!edits.every((edit) => isKernelNote(edit, now))) return false;
    this.held.clear();
    for (const edit of edits) if (edit.type === "set-notebook-metadata") this.held.add(edit.key);
    return true;
  }

  private letGo(by: EditOrigin): void {
    if (this.held.size === 0) return;
    this.held.clear();
    const author = { ...by };
    this.own.add(author);
    this.live.apply(notebookEdits(this.live.notebook(), this.options.jupyter.notebook()), author);
  }

  private isOwn(origin: unknown): boolean {
    return typeof origin === "object" && origin !== null && this.own.has(origin);
  }

  private remember(): void {
    this.liveTexts = textsOf(this.live);
    this.jupyterTexts = textsOf(this.options.jupyter);
  }
}

/** Does on one side what was done on the other; true: that was something. The caller holds the transaction. */
function translate(
  { order, cells, metadata }: ContentChange,
  anew: readonly CellId[],
  texts: Texts,
  from: Side,
  to: Side,
  origin: EditOrigin | null,
  held: ReadonlySet<string> = NONE,
): boolean {
  let changed = false;
  const apply = (edits: readonly NotebookEdit[]): void => {
    if (edits.length === 0) return;
    changed = true;
    to.apply(edits, origin);
  };
  // Read first: cells are read out of finished transactions only. An order changes nothing in a cell that stays, and
  // a cell that is inserted has everything from the beginning.
  const stay = [...new Set([...anew, ...cells])].flatMap((id) => {
    const now = to.content(id);
    const next = from.content(id);
    return now && next ? [{ id, now, next }] : [];
  });
  const isHeld = (edit: NotebookEdit): boolean => edit.type === "set-notebook-metadata" && held.has(edit.key);
  const noted = metadata ? notebookEdits(to.notebook(), from.notebook()).filter((edit) => !isHeld(edit)) : [];
  if (order) apply(orderEdits(to.ids(), from.ids(), (id) => from.content(id)));
  for (const { id, now, next } of stay) {
    apply(cellEdits(id, now, next));
    const source = from.text(id);
    const delta = source && texts.get(source as Y.AbstractType<unknown>);
    const text = to.text(id);
    if (text && writeText(text, next.source, delta === undefined ? [] : [delta])) changed = true;
  }
  apply(noted);
  return changed;
}

const NONE: ReadonlySet<string> = new Set();

function liveSide(live: LiveNotebook): Side {
  return {
    ids: () => live.cellIds(),
    content: (id) => {
      const cell = live.cell(id);
      const file = live.toCell(id);
      if (!cell || !file) return undefined;
      const { cellType, source, metadata } = cell;
      return { cellType, source, metadata, fields: extrasOf(file, "cell") as JsonObject };
    },
    text: (id) => live.sourceText(id),
    notebook: () => {
      const { metadata, nbformat_minor: minor, ...rest } = live.toNotebook();
      return { metadata, minor, fields: extrasOf(rest, "notebook") as JsonObject };
    },
    apply: (edits, origin) => {
      // One by one: what does not fit any more keeps nothing else from being done.
      for (const edit of edits) live.applyAll([edit], origin as EditOrigin);
    },
  };
}

function textsOf(side: Side): Map<CellId, Y.Text | undefined> {
  return new Map(side.ids().map((id) => [id, side.text(id)]));
}

/** Cells that were made, or made anew. */
function changedTexts(side: Side, known: ReadonlyMap<CellId, Y.Text | undefined>): CellId[] {
  return side.ids().filter((id) => side.text(id) !== known.get(id));
}
