/** Questions that running code asks a person (`input()`, `getpass()`). A late answer never reaches a later question. */
import type { InputRequest, Kernel } from "../kernel/kernel.ts";
import type { PendingInput } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { type CellId, type ExecutionId, randomToken } from "../util/ids.ts";

export interface PendingInputsOptions {
  readonly clock: Clock;
  readonly onAsked: (input: PendingInput) => void;
  readonly onSettled: (inputId: string) => void;
}

interface Asked {
  readonly input: PendingInput;
  readonly executionId: ExecutionId;
  readonly kernel: Kernel;
}

export class PendingInputs {
  private readonly options: PendingInputsOptions;
  private readonly asked = new Map<string, Asked>();

  constructor(options: PendingInputsOptions) {
    this.options = options;
  }

  list(): readonly PendingInput[] {
    return [...this.asked.values()].map(({ input }) => input);
  }

  ask(executionId: ExecutionId, cellId: CellId, request: InputRequest, kernel: Kernel): void {
    const id = `input_${randomToken(10)}`;
    const input: PendingInput = { id, cellId, request, askedAtMs: this.options.clock.now() };
    this.asked.set(id, { input, executionId, kernel });
    this.options.onAsked(input);
  }

  /** False: no such question any more. */
  answer(inputId: string, value: string): boolean {
    const question = this.asked.get(inputId);
    if (!question) return false;
    question.kernel.answerInput(value);
    this.settle(inputId);
    return true;
  }

  /** The execution ended (interrupted, died): nobody waits for its answers. */
  withdraw(executionId: ExecutionId): void {
    for (const [id, question] of this.asked) if (question.executionId === executionId) this.settle(id);
  }

  /** Tells of the open questions of a cell once more, for somebody who began to listen after they were asked. */
  repeat(cellId: CellId): void {
    for (const { input } of this.asked.values()) if (input.cellId === cellId) this.options.onAsked(input);
  }

  /** The question that was asked last was answered in an earlier process. */
  withdrawLast(): void {
    const last = [...this.asked.keys()].at(-1);
    if (last !== undefined) this.settle(last);
  }

  private settle(inputId: string): void {
    this.asked.delete(inputId);
    this.options.onSettled(inputId);
  }
}
