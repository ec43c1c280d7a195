/** What the person at the terminal (or the machine behind the pipe) is told of a run while it goes. */
import type { RunSnapshot } from "../../runs/run.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import type { CellId } from "../../util/ids.ts";
import { cellTitle, lastOutputLine } from "../terminal/cell-title.ts";
import { LiveBlock } from "../terminal/live-block.ts";
import { endLine, progressLines } from "../terminal/progress-view.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { shownText } from "../terminal/text.ts";
import { eventsBetween } from "./event-lines.ts";

/** Quick enough to look alive, rare enough to cost nothing. */
const DRAW_EVERY_MS = 120;

export interface DisplayOptions {
  readonly json: boolean;
  readonly progress: boolean;
  readonly keys: boolean;
}

export class RunDisplay {
  private readonly run: LiveRun;
  private readonly terminal: Terminal;
  private readonly options: DisplayOptions;
  private readonly block: LiveBlock;
  private readonly timer: NodeJS.Timeout | null;
  private readonly unsubscribe: () => void;
  private told: RunSnapshot | null = null;
  private url: string | null = null;
  private quiet = false;
  private unfinished = "";

  constructor(run: LiveRun, terminal: Terminal, options: DisplayOptions) {
    this.run = run;
    this.terminal = terminal;
    this.options = options;
    this.block = new LiveBlock(terminal);
    this.unsubscribe = run.onChange((snapshot) => this.onSnapshot(snapshot));
    this.timer = options.progress ? setInterval(() => this.draw(), DRAW_EVERY_MS) : null;
    this.onSnapshot(run.snapshot());
  }

  /** The live page is served: its address belongs to the display from now on. */
  setUrl(url: string): void {
    this.url = url;
    if (this.options.json) this.terminal.out(`${JSON.stringify({ type: "served", url })}\n`);
  }

  /** Prints above the block. */
  print(text: string): void {
    if (this.options.progress) {
      this.block.print(text);
      this.draw();
    } else {
      this.terminal.err(text.endsWith("\n") ? text : `${text}\n`);
    }
  }

  /** What a cell said, as it comes: not every piece ends a line. */
  output(said: string): void {
    const text = shownText(said, this.terminal.colours);
    if (!this.options.progress) {
      this.terminal.err(text);
      return;
    }
    const whole = this.unfinished + text;
    const end = whole.lastIndexOf("\n") + 1;
    this.unfinished = whole.slice(end);
    if (end > 0) this.print(whole.slice(0, end));
  }

  /** While a question is asked the block must not draw over it. */
  setQuiet(quiet: boolean): void {
    if (quiet) this.block.clear();
    this.quiet = quiet;
  }

  /** The last words: the error in full, and one line. */
  finish(run: RunSnapshot): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.unsubscribe();
    this.block.clear();
    if (this.unfinished !== "") this.terminal.err(`${this.unfinished}\n`);
    if (this.options.json) this.tell(run);
    const trace = failureTrace(this.run, run);
    if (trace !== "") this.terminal.err(`${shownText(trace, this.terminal.colours)}\n`);
    this.terminal.err(`${endLine(run, this.terminal.colours)}\n`);
  }

  private onSnapshot(run: RunSnapshot): void {
    if (this.options.json) this.tell(run);
    else if (!this.options.progress) this.tellHold(run);
    this.told = run;
  }

  private tell(run: RunSnapshot): void {
    for (const event of eventsBetween(this.told, run)) this.terminal.out(`${JSON.stringify(event)}\n`);
    this.told = run;
  }

  /** A run that waits in silence would look hung, so this is said even where progress is not shown. */
  private tellHold(run: RunSnapshot): void {
    const { hold } = run;
    if (hold === null || hold.sinceMs === this.told?.hold?.sinceMs) return;
    const say = {
      input: `loopbook answer --run ${run.id} TEXT`,
      tag: `loopbook approve ${run.id} (or refuse)`,
    };
    const what = hold.kind === "input" || hold.kind === "tag" ? say[hold.kind] : `loopbook resume ${run.id}`;
    this.terminal.err(`${run.name} holds: ${hold.what}. To go on: ${what}\n`);
  }

  private draw(): void {
    if (this.quiet) return;
    const run = this.run.snapshot();
    if (run.endedAtMs !== null) return;
    const { live } = this.run.session;
    const cellId = run.hold?.cellId ?? run.currentCell;
    const cell = cellId === null ? undefined : live.cell(cellId);
    const before = cellId === null ? undefined : cellBefore(live.cellIds(), cellId);
    const lines = progressLines(
      {
        run,
        nowMs: Date.now(),
        cellTitle:
          cell === undefined ? "" : cellTitle(cell, before === undefined ? undefined : live.cell(before)),
        cellStartedAtMs: null,
        lastLine: cell === undefined ? "" : lastOutputLine(cell.outputs),
        url: this.url,
        keys: this.options.keys,
      },
      this.terminal.columns(),
      this.terminal.colours,
    );
    this.block.draw(lines);
  }
}

function cellBefore(order: readonly CellId[], id: CellId): CellId | undefined {
  const at = order.indexOf(id);
  return at > 0 ? order[at - 1] : undefined;
}

/** The traceback of the cell that ended the run. */
function failureTrace(live: LiveRun, run: RunSnapshot): string {
  if (run.status === "completed" || run.status === "stopped") return "";
  const failed = Object.entries(run.steps).findLast(
    ([, status]) => status === "failed" || status === "timed-out" || status === "died",
  );
  if (failed === undefined) return "";
  const outputs = live.session.live.cell(failed[0] as CellId)?.outputs ?? [];
  const error = outputs.findLast((output) => output.output_type === "error");
  return error === undefined ? "" : error.traceback.join("\n");
}
