/** The terminal player: walks through a notebook cell by cell on a kernel that stays. */
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { CellOutcome, PendingInput } from "../../usecases/notebook-session.ts";
import { assertNever } from "../../util/assert-never.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { CellId } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { OutputTail } from "../run/output-tail.ts";
import { cellTitle } from "../terminal/cell-title.ts";
import { shownText } from "../terminal/text.ts";
import { helpText, indexOf, type Place, type PlayerCommand, readLine, wantsMore } from "./grammar.ts";
import { type KeptPlace, keepImage } from "./kept.ts";
import { LineSource } from "./line-source.ts";
import type { NotebookLink } from "./notebook-link.ts";
import { editText, runShell } from "./programs.ts";
import { bundleText, cellText, outputsText, type RenderOptions } from "./render.ts";
import { LogFollower, wholeOutputs } from "./whole-outputs.ts";

export class Player {
  private readonly link: NotebookLink;
  private readonly context: CliContext;
  private readonly lines: LineSource;
  private index: number;
  private executing: CellId | null = null;
  private lastSearch = "";

  constructor(link: NotebookLink, context: CliContext, from: KeptPlace | null) {
    this.link = link;
    this.context = context;
    const ids = link.live.cellIds();
    const kept = from?.cellId == null ? -1 : ids.indexOf(CellId.of(from.cellId));
    this.index = kept >= 0 ? kept : Math.min(from?.index ?? 0, ids.length);
    this.lines = new LineSource(() => this.onInterrupt());
  }

  place(): KeptPlace {
    return { cellId: this.link.live.cellIds()[this.index] ?? null, index: this.index };
  }

  /** Until the person leaves. */
  async play(): Promise<void> {
    this.show();
    for (;;) {
      const line = await this.readWhole();
      const command = line === null ? ({ type: "quit" } as const) : readLine(line);
      if (command.type === "quit") break;
      try {
        await this.perform(command);
      } catch (error) {
        this.print(`${this.context.terminal.outColours.red("error:")} ${messageOf(error)}\n`);
        if (error instanceof LoopbookError && error.code === "server-unreachable") break;
      }
    }
    this.lines.close();
  }

  private async readWhole(): Promise<string | null> {
    const first = await this.lines.next(this.prompt());
    if (first === null || readLine(first).type !== "code" || !wantsMore(first)) return first;
    const lines = [first];
    for (;;) {
      const more = await this.lines.next("... ");
      if (more === null || more.trim() === "") return lines.join("\n");
      lines.push(more);
    }
  }

  private prompt(): string {
    const count = this.link.live.cellIds().length;
    return this.index >= count ? "[end] " : `[${this.index + 1}/${count}] `;
  }

  private async perform(command: Exclude<PlayerCommand, { type: "quit" }>): Promise<void> {
    switch (command.type) {
      case "run":
        return this.runAndGoOn();
      case "go":
        return this.goTo(indexOf(command.to, this.index, this.count()));
      case "run-to":
        return this.runTo(command.to);
      case "code":
        return this.runBetween(command.source);
      case "shell":
        return this.lines.lend(() => runShell(command.command));
      case "search":
        return this.search(command.text);
      case "insert":
        return this.insert(command.kind);
      case "edit":
        return this.editCell();
      case "delete":
        return this.deleteCell();
      case "undo":
      case "redo":
        return this.takeBack(command.type);
      case "list":
        return this.list();
      case "outputs":
        return this.showOutputs();
      case "help":
        return this.print(helpText);
      default:
        return assertNever(command);
    }
  }

  private async runAndGoOn(): Promise<void> {
    const run = this.link.state()?.run;
    if (run && run.endedAtMs === null) {
      // A live run owns the order of its cells: one key runs its next cell.
      await this.link.api.command(run.id, { type: "step" });
      this.print(`${run.name} runs one cell. (\`loopbook resume ${run.id}\` lets it go on.)\n`);
      return;
    }
    const cell = this.current();
    if (cell.cellType === "code" && cell.source.trim() !== "") {
      const outcome = await this.execute(cell.id);
      if (outcome.type !== "completed") return;
    }
    this.index += 1;
    this.show();
  }

  private async runTo(place: Place): Promise<void> {
    const until = indexOf(place, this.index, this.count());
    while (this.index <= until && this.index < this.count()) {
      const cell = this.current();
      this.show();
      if (cell.cellType === "code" && cell.source.trim() !== "") {
        const outcome = await this.execute(cell.id);
        if (outcome.type !== "completed") return;
      }
      this.index += 1;
    }
    this.show();
  }

  /** Runs a line in between: in a cell that is taken away again, because a kernel runs what a document holds. */
  private async runBetween(source: string): Promise<void> {
    const id = CellId.create();
    const after = this.link.live.cellIds()[Math.min(this.index, this.count() - 1)] ?? null;
    const metadata = { loopbook: { between: true } };
    this.link.edit({ type: "insert-cell", cell: { id, cellType: "code", source, metadata }, after });
    try {
      await this.execute(id);
    } finally {
      this.link.edit({ type: "delete-cell", id });
    }
  }

  private async execute(id: CellId): Promise<CellOutcome> {
    const tail = new OutputTail();
    const { live } = this.link;
    const say = (text: string): void => this.print(shownText(text, this.context.terminal.outColours));
    const logs = new LogFollower(this.link.outputs, say);
    const given = (index: number): string => tail.given(id, index);
    const pass = (): void => {
      const outputs = live.cell(id)?.outputs ?? [];
      logs.note(outputs, given);
      for (const piece of tail.take(id, outputs)) {
        if (piece.channel === "stdout" || piece.channel === "stderr") say(piece.text);
      }
    };
    // What it said in an earlier run is not what it says now; the execution clears it first.
    let cleared = (live.cell(id)?.outputs.length ?? 0) === 0;
    const stop = live.onChange((change) => {
      if (!change.outputs.has(id)) return;
      cleared ||= live.cell(id)?.executionState === "running";
      if (cleared) pass();
    });
    this.executing = id;
    try {
      const outcome = await this.link.execute(id, (input) => void this.answer(input));
      pass();
      await logs.end(live.cell(id)?.outputs ?? [], given);
      await this.showResults(live.cell(id));
      this.tellOutcome(outcome);
      return outcome;
    } finally {
      this.executing = null;
      stop();
    }
  }

  private async showOutputs(): Promise<void> {
    const outputs = await wholeOutputs(this.link.outputs, this.current().outputs);
    this.print(outputsText(outputs, this.rendering(), true));
  }

  private async showResults(cell: CellSnapshot | undefined): Promise<void> {
    const options = this.rendering();
    const results = (cell?.outputs ?? []).filter((output) => output.output_type !== "stream");
    for (const output of await wholeOutputs(this.link.outputs, results)) {
      if (output.output_type === "error")
        this.print(`${shownText(output.traceback.join("\n"), options.colours)}\n`);
      else if (output.output_type !== "stream") this.print(`${bundleText(output.data, options)}\n`);
    }
  }

  private tellOutcome(outcome: CellOutcome): void {
    if (outcome.type === "interrupted") this.print("Interrupted.\n");
    if (outcome.type === "aborted") this.print("Not run: the cell before it failed.\n");
    if (outcome.type === "timed-out") this.print("Timed out.\n");
    if (outcome.type === "died") {
      this.print(
        `The kernel died (${outcome.death.signal ?? outcome.death.reason}); its variables are gone.\n`,
      );
    }
  }

  private async answer(input: PendingInput): Promise<void> {
    const value = await this.lines.next(input.request.prompt, input.request.password);
    await this.link.api.answerInput(this.link.notebookId, input.id, value ?? "");
  }

  private onInterrupt(): void {
    if (this.executing === null) this.lines.clearLine();
    else {
      this.link.api
        .kernel(this.link.notebookId, { action: "interrupt" })
        .catch((error: unknown) => this.print(`${messageOf(error)}\n`));
    }
  }

  private goTo(index: number): void {
    this.index = Math.min(index, this.count());
    this.show();
  }

  private search(text: string): void {
    const wanted = (text === "" ? this.lastSearch : text).toLowerCase();
    this.lastSearch = wanted;
    const cells = this.link.cells();
    const order = [...cells.keys()].map((i) => (this.index + 1 + i) % Math.max(1, cells.length));
    const found = order.find((i) => cells[i]?.source.toLowerCase().includes(wanted));
    if (found === undefined) this.print(`No cell holds ${wanted}.\n`);
    else this.goTo(found);
  }

  private async editCell(): Promise<void> {
    const cell = this.current();
    const source = await this.lines.lend(() => editText(cell.source, this.language(), this.context.env));
    if (source !== cell.source) this.link.edit({ type: "set-source", id: cell.id, source });
    this.show();
  }

  private async insert(cellType: "code" | "markdown"): Promise<void> {
    const language = cellType === "code" ? this.language() : null;
    const source = await this.lines.lend(() => editText("", language, this.context.env));
    if (source.trim() === "") return this.print("Nothing was inserted.\n");
    const ids = this.link.live.cellIds();
    const after = ids[Math.min(this.index, ids.length - 1)] ?? null;
    this.link.edit({ type: "insert-cell", cell: { id: CellId.create(), cellType, source }, after });
    this.goTo(Math.min(this.index + 1, this.count() - 1));
  }

  private deleteCell(): void {
    this.link.edit({ type: "delete-cell", id: this.current().id });
    this.print("Deleted; u brings it back.\n");
    this.goTo(this.index);
  }

  private takeBack(what: "undo" | "redo"): void {
    const done = what === "undo" ? this.link.undo.undo() : this.link.undo.redo();
    if (done) this.goTo(this.index);
    else this.print(`There is nothing to ${what}.\n`);
  }

  private list(): void {
    const cells = this.link.cells();
    const lines = cells.map((cell, i) => {
      const mark = i === this.index ? "▶" : " ";
      const ran = cell.executionCount === null ? "" : `[${cell.executionCount}]`;
      return `${mark} ${String(i + 1).padStart(3)} ${ran.padEnd(5)} ${cellTitle(cell, undefined)}`;
    });
    this.print(`${lines.join("\n")}\n`);
  }

  private show(): void {
    const cell = this.link.cells()[this.index];
    if (cell === undefined) {
      this.print("── the end ── (p goes back, q leaves)\n");
      return;
    }
    const options = this.rendering();
    this.print(cellText(cell, this.index, this.count(), options));
    if (cell.outputs.length > 0) this.print(outputsText(cell.outputs, options, false));
  }

  private current(): CellSnapshot {
    const cell = this.link.cells()[this.index];
    if (cell === undefined)
      throw new LoopbookError("no-such-cell", "This is the end of the notebook. p goes back.");
    return cell;
  }

  private count(): number {
    return this.link.live.cellIds().length;
  }

  private language(): string | null {
    return this.link.state()?.kernel.language ?? null;
  }

  private rendering(): RenderOptions {
    const { terminal } = this.context;
    return {
      colours: terminal.outColours,
      columns: terminal.columns(),
      language: this.language(),
      keepImage,
    };
  }

  private print(text: string): void {
    this.context.terminal.out(text);
  }
}
