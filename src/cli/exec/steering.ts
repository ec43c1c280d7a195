/** What people want of a wrapped command reaches it as signals to its process group. */
import type { AttachedProcess } from "../../library/attached/attached-process.ts";
import type { News } from "../../usecases/attached-run.ts";
import type { ProcessTree } from "./process-tree.ts";

/** A program that handles the terminal's stop gets it first, to put its things in order. */
const STOP_SIGNAL_AFTER_MS = 300;
const HELD_POLL_MS = 50;

export interface SteeredCommand {
  readonly process: AttachedProcess;
  readonly tree: ProcessTree;
  /** To the whole group; false: it is gone. */
  readonly signal: (name: NodeJS.Signals) => boolean;
  /** From asking it to end to ending it. */
  readonly graceMs: number;
}

export class Steering {
  private readonly command: SteeredCommand;
  private wishId: string | null = null;
  private readonly refused = new Set<string>();
  private held = false;
  private stepping = false;
  private timers = new Set<NodeJS.Timeout>();
  /** Somebody asked it to end. */
  isStopped = false;

  constructor(command: SteeredCommand) {
    this.command = command;
  }

  take({ wanted, changes }: News): void {
    for (const { id } of changes) this.refuse(id);
    if (wanted.wishId === this.wishId) return;
    this.wishId = wanted.wishId;
    if (wanted.state === "stop") this.stop();
    else if (wanted.state === "pause") this.hold(wanted.by);
    else if (wanted.state === "step") this.step();
    else this.goOn();
  }

  /** A line came: a step of one line is done. */
  sawLine(): void {
    if (!this.stepping) return;
    this.stepping = false;
    this.hold(null);
  }

  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** A command reads what it is given when it starts. */
  private refuse(id: string): void {
    if (this.refused.has(id)) return;
    this.refused.add(id);
    this.command.process.tell({
      type: "change-refused",
      id,
      reason:
        "A wrapped command takes its parameters when it starts. Stop it and start it anew with --param.",
    });
  }

  private hold(by: string | null): void {
    if (this.isStopped || this.held) return;
    this.held = true;
    this.command.signal("SIGTSTP");
    this.later(STOP_SIGNAL_AFTER_MS, () => {
      if (!this.held) return;
      this.command.signal("SIGSTOP");
      this.tellWhenStopped(by);
    });
  }

  private tellWhenStopped(by: string | null): void {
    if (!this.held) return;
    if (!this.command.tree.isStopped()) {
      this.later(HELD_POLL_MS, () => this.tellWhenStopped(by));
      return;
    }
    const why = by === null ? "after one line of output" : `paused by ${by}`;
    this.command.process.tell({ type: "control", state: "held", why });
  }

  private goOn(): void {
    this.stepping = false;
    if (!this.held) return;
    this.held = false;
    this.command.signal("SIGCONT");
    this.command.process.tell({ type: "control", state: "running" });
  }

  private step(): void {
    this.goOn();
    this.stepping = true;
  }

  private stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.command.signal("SIGTERM");
    // One that is stopped does not hear it else.
    this.command.signal("SIGCONT");
    this.held = false;
    this.later(this.command.graceMs, () => void this.command.signal("SIGKILL"));
  }

  private later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      what();
    }, ms);
    this.timers.add(timer);
  }
}
