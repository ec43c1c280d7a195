/**
 * Executions under way: which message belongs to which, and when one is over. An execution is over when both its
 * reply (shell) and its idle status (IOPub, behind every output) are here; the two channels are not ordered with
 * each other.
 */
import type { Clock } from "../util/clock.ts";
import type { ExecuteListener, ExecuteOutcome, InputRequest, IopubMessage } from "./kernel.ts";

/**
 * How long a reply waits for its idle status once IOPub says nothing more. Only a lost message makes it pass
 * (libzmq drops for a reader that is far behind); then the execution ends without it rather than never.
 */
const IDLE_GRACE_MS = 5_000;
/** How long an idle status waits for a reply, which a kernel sends before it. */
const REPLY_GRACE_MS = 3_000;
/** The same for one that was interrupted: between two steps of the kernel's own, it sends no reply at all. */
const INTERRUPTED_REPLY_GRACE_MS = 500;
/** Owners of finished executions that are remembered for late output. */
const MAX_OWNERS = 2_000;

interface Execution {
  readonly id: string;
  readonly listener: ExecuteListener;
  readonly settle: (outcome: ExecuteOutcome) => void;
  outcome: ExecuteOutcome | null;
  isIdle: boolean;
  isInterrupted: boolean;
  cancelGrace: () => void;
}

const nothing = (): void => {};

export class Executions {
  private readonly clock: Clock;
  private readonly open = new Map<string, Execution>();
  private readonly owners = new Map<string, string>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get size(): number {
    return this.open.size;
  }

  begin(id: string, listener: ExecuteListener, owner: string | undefined): Promise<ExecuteOutcome> {
    if (owner !== undefined) this.rememberOwner(id, owner);
    return new Promise((resolve) => {
      const settle = (outcome: ExecuteOutcome): void => {
        this.open.get(id)?.cancelGrace();
        this.open.delete(id);
        resolve(outcome);
      };
      const fresh = { outcome: null, isIdle: false, isInterrupted: false, cancelGrace: nothing };
      this.open.set(id, { id, listener, settle, ...fresh });
    });
  }

  has(id: string | null): boolean {
    return id !== null && this.open.has(id);
  }

  ownerOf(id: string | null): string | null {
    return (id !== null ? this.owners.get(id) : undefined) ?? null;
  }

  /** False when no open execution has this id. */
  output(id: string | null, message: IopubMessage): boolean {
    const execution = id === null ? undefined : this.open.get(id);
    if (execution === undefined) return false;
    if (execution.outcome !== null) this.waitForIdle(execution);
    guarded(() => execution.listener.onOutput(message, execution.id));
    return true;
  }

  inputRequest(id: string | null, request: InputRequest): void {
    const execution = id === null ? undefined : this.open.get(id);
    if (execution?.listener.onInputRequest !== undefined) {
      guarded(() => execution.listener.onInputRequest?.(request));
    }
  }

  reply(id: string | null, outcome: ExecuteOutcome): void {
    const execution = id === null ? undefined : this.open.get(id);
    if (execution === undefined) return;
    execution.outcome = outcome;
    if (execution.isIdle) execution.settle(outcome);
    else this.waitForIdle(execution);
  }

  idle(id: string | null): void {
    const execution = id === null ? undefined : this.open.get(id);
    if (execution === undefined) return;
    execution.isIdle = true;
    if (execution.outcome !== null) {
      execution.settle(execution.outcome);
      return;
    }
    const graceMs = execution.isInterrupted ? INTERRUPTED_REPLY_GRACE_MS : REPLY_GRACE_MS;
    execution.cancelGrace = this.clock.schedule(graceMs, () => execution.settle(withoutReply(execution)));
  }

  /** An interrupt was sent: tells what a missing reply means. */
  interrupted(): void {
    for (const execution of this.open.values()) execution.isInterrupted = true;
  }

  endAll(outcome: ExecuteOutcome): void {
    for (const execution of [...this.open.values()]) execution.settle(outcome);
  }

  private waitForIdle(execution: Execution): void {
    execution.cancelGrace();
    execution.cancelGrace = this.clock.schedule(IDLE_GRACE_MS, () => {
      // A busy event loop reads after its timers: what is already in the socket comes first.
      execution.cancelGrace = this.clock.schedule(100, () => {
        if (execution.outcome !== null) execution.settle(execution.outcome);
      });
    });
  }

  private rememberOwner(id: string, owner: string): void {
    if (this.owners.size >= MAX_OWNERS) {
      const oldest = this.owners.keys().next();
      if (!oldest.done) this.owners.delete(oldest.value);
    }
    this.owners.set(id, owner);
  }
}

function withoutReply(execution: Execution): ExecuteOutcome {
  return execution.isInterrupted
    ? { type: "error", executionCount: null, ename: "KeyboardInterrupt", evalue: "", traceback: [] }
    : {
        type: "error",
        executionCount: null,
        ename: "NoReply",
        evalue: "The kernel became idle and sent no reply to this cell.",
        traceback: [],
      };
}

/** A listener that throws is a bug of its own; it must not keep the next message from being read. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
