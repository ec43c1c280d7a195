/**
 * Results between a live notebook and its Jupyter form. They have one owner: what it says is shown on the other side,
 * coalesced; what the other side writes is taken over as if the owner had written it, or put back.
 */
import type { Output } from "../../nbformat/notebook.ts";
import type { Clock } from "../../util/clock.ts";
import type { CellId } from "../../util/ids.ts";
import type { OutputEdit } from "../edits.ts";
import type { LiveNotebook } from "../live-notebook.ts";
import type { JupyterDocument } from "./jupyter-document.ts";
import type { JupyterResults } from "./jupyter-schema.ts";
import { outputsEqual, resultEdits } from "./result-edits.ts";

/** A cell's outputs are put anew at most 5 times a second: each time leaves a tombstone in the shared document. */
export const RESULTS_INTERVAL_MS = 200;

export interface ResultsRules {
  /** Whose they are: what the other side says of them is taken over as these rules allow. Default: `live`. */
  readonly owner?: "live" | "jupyter";
  /** Whether what this origin wrote into a cell's results is taken over. */
  mayTake(id: CellId, origin: unknown): boolean;
  /** Writes what was taken over. */
  take(id: CellId, edits: readonly OutputEdit[], origin: unknown): void;
  /** The whole of outputs of which the live notebook holds only a face; absent: it holds all of them whole. */
  whole?(outputs: readonly Output[]): Promise<readonly Output[]> | null;
}

export interface ResultsFlowOptions {
  readonly live: LiveNotebook;
  readonly jupyter: JupyterDocument;
  readonly rules: ResultsRules;
  /** Origin of our writes in the Jupyter document. */
  readonly origin: unknown;
  readonly clock: Clock;
}

interface Shown {
  readonly turn: number;
  readonly faces: readonly Output[];
  readonly outputs: readonly Output[];
}

export class ResultsFlow {
  private readonly options: ResultsFlowOptions;
  /** To be shown on the Jupyter side. */
  private readonly ours = new Set<CellId>();
  /** To be taken over from there, and who wrote it. */
  private readonly theirs = new Map<CellId, unknown>();
  /** What was shown last, and of what it was the whole. */
  private readonly shown = new Map<CellId, Shown>();
  private turn = 0;
  private cancel: (() => void) | null = null;
  /** The cell whose results are being taken over. */
  private taking: CellId | null = null;
  private isClosed = false;

  constructor(options: ResultsFlowOptions) {
    this.options = options;
  }

  /** The live notebook's results of this cell changed. */
  fromLive(id: CellId): void {
    // What was just taken over stands there already, or something newer by now.
    if (this.taking === id || this.options.rules.owner === "jupyter") return;
    this.theirs.delete(id);
    this.ours.add(id);
    if (this.cancel === null) this.flush();
  }

  /** A cell's results were written, or the cell was made anew, on the Jupyter side. */
  fromJupyter(id: CellId, origin: unknown, isAnew: boolean): void {
    const { live, rules } = this.options;
    const before = live.cell(id);
    if (before?.cellType !== "code" || this.ours.has(id)) return;
    const hasResults = before.outputs.length > 0 || before.executionCount !== null;
    // A cell that was moved or brought back has what it had here, whatever it says.
    const isOurs = rules.owner !== "jupyter" && ((isAnew && hasResults) || !rules.mayTake(id, origin));
    if (isOurs) this.ours.add(id);
    else this.theirs.set(id, origin);
    this.schedule();
  }

  /** Does at once what waits. */
  flush(): void {
    if (this.isClosed) return;
    this.cancel?.();
    this.cancel = null;
    const taken = [...this.theirs];
    this.theirs.clear();
    for (const [id, origin] of taken) this.take(id, origin);
    const shown = [...this.ours];
    this.ours.clear();
    if (shown.length > 0) this.show(shown);
    if (taken.length > 0 || shown.length > 0) this.schedule();
  }

  close(): void {
    this.isClosed = true;
    this.cancel?.();
  }

  private schedule(): void {
    this.cancel ??= this.options.clock.schedule(RESULTS_INTERVAL_MS, () => this.flush());
  }

  private take(id: CellId, origin: unknown): void {
    const { live, jupyter, rules } = this.options;
    const now = live.cell(id);
    const next = jupyter.results(id);
    if (now?.cellType !== "code" || !next) return;
    // What it was shown whole it has whole; only what differs from that is news.
    const known = this.shown.get(id);
    const outputs =
      known?.faces === now.outputs
        ? next.outputs.map((output, index) => {
            const whole = known.outputs[index];
            return whole && outputsEqual(whole, output) ? (now.outputs[index] ?? output) : output;
          })
        : next.outputs;
    // A count is written there at the end of an execution; JupyterLab takes it for the end, too.
    const executionState = next.executionCount === null ? next.executionState : "idle";
    const edits = resultEdits(id, now, { ...next, executionState, outputs });
    this.taking = id;
    if (edits.length > 0) rules.take(id, edits, origin);
    this.taking = null;
    if (executionState !== next.executionState && rules.owner !== "jupyter") this.ours.add(id);
  }

  private show(ids: readonly CellId[]): void {
    const turn = ++this.turn;
    const ready: (readonly [CellId, JupyterResults])[] = [];
    for (const id of ids) {
      const cell = this.options.live.cell(id);
      if (cell?.cellType !== "code") {
        this.shown.delete(id);
        continue;
      }
      const { outputs: faces } = cell;
      const known = this.shown.get(id);
      const whole = known?.faces === faces ? known.outputs : (this.options.rules.whole?.(faces) ?? faces);
      if (whole instanceof Promise) void this.showLater(id, turn, cell, whole);
      else {
        this.shown.set(id, { turn, faces, outputs: whole });
        ready.push([id, { ...cell, outputs: whole }]);
      }
    }
    this.write(ready);
  }

  /** Its state too is written only then: whoever reads "idle" has every output. */
  private async showLater(
    id: CellId,
    turn: number,
    results: JupyterResults,
    whole: Promise<readonly Output[]>,
  ): Promise<void> {
    const { outputs: faces } = results;
    const outputs = await whole.catch(() => faces);
    const known = this.shown.get(id);
    if (this.isClosed || (known && known.turn > turn)) return;
    this.shown.set(id, { turn, faces, outputs });
    this.write([[id, { ...results, outputs }]]);
  }

  private write(results: readonly (readonly [CellId, JupyterResults])[]): void {
    if (results.length === 0) return;
    const { jupyter, origin } = this.options;
    jupyter.doc.transact(() => {
      for (const [id, result] of results) jupyter.setResults(id, result);
    }, origin);
  }
}
