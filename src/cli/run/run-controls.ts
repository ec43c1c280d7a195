/** How the person at the terminal steers the run that they started: keys, Ctrl-C, signals, answers to `input()`. */
import { localParty } from "../../people/local-identity.ts";
import type { RunCommand, RunSnapshot } from "../../runs/run.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import { type KeyReader, readKeys } from "../terminal/keys.ts";
import type { RunDisplay } from "./run-display.ts";
import { answerSignal, forgetInterrupts, noSignals, type RunSignal } from "./signals.ts";

export interface ControlOptions {
  /** Single keys are read (a terminal in the foreground). */
  readonly keys: boolean;
  /** `input()` can be asked here. */
  readonly canAsk: boolean;
  /** A signal that came while the run started. */
  readonly heard: RunSignal | null;
}

export class RunControls {
  private readonly run: LiveRun;
  private readonly display: RunDisplay;
  private readonly options: ControlOptions;
  private readonly by = localParty("cli");
  private readonly keys: KeyReader | null;
  private readonly unsubscribe: () => void;
  private readonly handlers: readonly (readonly [NodeJS.Signals, () => void])[];
  private signals = noSignals;
  private hasHungUp = false;
  private asking: { readonly inputId: string; readonly abort: AbortController } | null = null;

  constructor(run: LiveRun, display: RunDisplay, options: ControlOptions) {
    this.run = run;
    this.display = display;
    this.options = options;
    const on = (signal: RunSignal) => () => this.onSignal(signal);
    this.handlers = [
      ["SIGINT", on("interrupt")],
      ["SIGTERM", on("terminate")],
      ["SIGHUP", () => this.onHangUp()],
    ];
    for (const [name, handler] of this.handlers) process.on(name, handler);
    this.keys = options.keys ? readKeys((key) => this.onKey(key)) : null;
    this.unsubscribe = run.onChange((snapshot) => this.onSnapshot(snapshot));
    this.onSnapshot(run.snapshot());
    if (options.heard !== null) this.onSignal(options.heard);
  }

  close(): void {
    this.unsubscribe();
    this.asking?.abort.abort();
    this.keys?.stop();
    for (const [name, handler] of this.handlers) process.off(name, handler);
  }

  private onSignal(signal: RunSignal): void {
    const { npm_command: npm } = process.env;
    const isBehindNpm = npm !== undefined;
    const { state, ask } = answerSignal(this.signals, signal, this.run.snapshot(), Date.now(), isBehindNpm);
    this.signals = state;
    if (ask === "leave") process.exit(130);
    if (ask !== null) this.send(ask);
  }

  /** The terminal is gone. The run goes on to its end, and is steered from the page and from other terminals. */
  private onHangUp(): void {
    this.keys?.stop();
    this.hasHungUp = true;
    this.asking?.abort.abort();
    this.display.setQuiet(true);
  }

  private onKey(key: string): void {
    if (key === "ctrl-c") {
      this.onSignal("key");
      return;
    }
    const command = commandOfKey(key, this.run.snapshot());
    if (command !== null) this.send(command);
  }

  private send(command: RunCommand): void {
    this.run.command(command, this.by).then(
      (result) => {
        if (!result.ok) this.display.print(result.message);
      },
      (error: unknown) => this.display.print(String(error)),
    );
  }

  private onSnapshot(run: RunSnapshot): void {
    if (run.status === "running" && run.pending === null) this.signals = forgetInterrupts(this.signals);
    const { hold } = run;
    if (this.asking !== null && hold?.inputId !== this.asking.inputId) this.asking.abort.abort();
    if (
      this.options.canAsk &&
      !this.hasHungUp &&
      hold?.kind === "input" &&
      hold.inputId !== null &&
      this.asking === null
    ) {
      void this.ask(hold.inputId, this.promptOf(hold.inputId) ?? `${hold.what} `, hold.password);
    }
  }

  /** As the program wrote it, with the blank at its end. */
  private promptOf(inputId: string): string | undefined {
    return this.run.session.pendingInputs().find(({ id }) => id === inputId)?.request.prompt;
  }

  /** Asks in the terminal; an answer from the page takes the question away. */
  private async ask(inputId: string, prompt: string, password: boolean): Promise<void> {
    const abort = new AbortController();
    this.asking = { inputId, abort };
    this.keys?.stop();
    this.display.setQuiet(true);
    try {
      const { askLine } = await import("../terminal/ask-line.ts");
      const value = await askLine({ prompt, hidden: password, signal: abort.signal });
      this.send({ type: "answer-input", inputId, value });
    } catch (error) {
      if (abort.signal.aborted) process.stderr.write("\n");
      else this.display.print(String(error));
    } finally {
      this.asking = null;
      this.display.setQuiet(this.hasHungUp);
      if (!this.hasHungUp && this.run.snapshot().endedAtMs === null) this.keys?.start();
      // The cell may have asked again while this answer was on its way.
      this.onSnapshot(this.run.snapshot());
    }
  }
}

/** What a single key asks; null: nothing now. Pure. */
export function commandOfKey(key: string, run: RunSnapshot): RunCommand | null {
  const { hold } = run;
  if (hold === null) return key === "p" ? { type: "pause" } : null;
  switch (key) {
    case "r":
      return { type: "resume" };
    case "s":
      return { type: "step" };
    case "k":
      return { type: "skip" };
    case "q":
      return { type: "stop" };
    case "a":
      return hold.kind === "tag" ? { type: "approve", reason: null } : null;
    case "x":
      return hold.kind === "tag" ? { type: "refuse", reason: null } : null;
    default:
      return null;
  }
}
