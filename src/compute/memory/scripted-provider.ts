/**
 * A `KernelProvider` in memory that plays what a test wrote down: no process, no socket. What it does is what the
 * contract says of any kernel (outputs before the outcome, one execution at a time on the main lane, death settles
 * all), so that code tested with it meets no surprise with a real one.
 *
 * @example
 * const provider = new ScriptedProvider((code) => ({ outputs: [{ type: "stream", name: "stdout", text: code }] }));
 */
import type {
  CommMessage,
  CommRequest,
  Completeness,
  Completion,
  ExecuteListener,
  ExecuteOutcome,
  ExecuteRequest,
  InputRequest,
  Inspection,
  IopubMessage,
  Kernel,
  KernelDeath,
  KernelInfo,
  KernelProvider,
  KernelSpec,
  KernelState,
  StartKernelOptions,
} from "../../kernel/kernel.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import { KernelId } from "../../util/ids.ts";

/** How the scripted kernel answers one execution. */
export interface ScriptedAnswer {
  readonly outputs?: readonly IopubMessage[];
  /** Default: `ok` with the next execution count. */
  readonly outcome?: ExecuteOutcome;
  /** The answer comes when this settles, or when the kernel is interrupted (then as a KeyboardInterrupt). */
  readonly until?: Promise<unknown>;
  /** Asked before the outputs; the answer is given to `onInput`. */
  readonly input?: InputRequest;
  readonly onInput?: (value: string) => void;
  /** The kernel dies instead of answering. */
  readonly death?: Partial<KernelDeath>;
}

export type Script = (code: string, request: ExecuteRequest) => ScriptedAnswer;

export const SCRIPTED_SPEC: KernelSpec = {
  name: "scripted",
  displayName: "Scripted",
  language: "python",
  argv: ["scripted"],
  env: {},
  interruptMode: "message",
  metadata: {},
  resourceDir: "/scripted",
};

const INFO: KernelInfo = {
  protocolVersion: "5.4",
  implementation: "scripted",
  implementationVersion: "1",
  banner: "",
  languageInfo: { name: "python", version: "3.12.0", file_extension: ".py", mimetype: "text/x-python" },
  supportedFeatures: ["kernel subshells"],
};

export class ScriptedProvider implements KernelProvider {
  /** Every kernel that was started, in order. */
  readonly kernels: ScriptedKernel[] = [];
  private readonly script: Script;
  private readonly specs: readonly KernelSpec[];

  constructor(script: Script = () => ({}), specs: readonly KernelSpec[] = [SCRIPTED_SPEC]) {
    this.script = script;
    this.specs = specs;
  }

  async listSpecs(): Promise<readonly KernelSpec[]> {
    return this.specs;
  }

  async start(options: StartKernelOptions): Promise<ScriptedKernel> {
    const wanted = options.specName;
    const spec = wanted === undefined ? this.specs[0] : this.specs.find((known) => known.name === wanted);
    if (spec === undefined) {
      throw new LoopbookError("no-such-kernel", `There is no kernel named "${wanted}".`);
    }
    const kernel = new ScriptedKernel(spec, this.script, options);
    this.kernels.push(kernel);
    return kernel;
  }

  async close(): Promise<void> {
    await Promise.all(this.kernels.map((kernel) => kernel.shutdown()));
  }
}

export class ScriptedKernel implements Kernel {
  readonly id = KernelId.create();
  readonly spec: KernelSpec;
  readonly info = INFO;
  readonly pid = null;
  readonly supportsSubshells = true;
  readonly options: StartKernelOptions;
  /** Every code that was sent, in order. */
  readonly executed: string[] = [];
  readonly sentComms: CommMessage[] = [];
  private readonly openComms = new Map<string, () => void>();
  state: KernelState = "idle";

  private readonly script: Script;
  private readonly states = new Emitter<KernelState>();
  private readonly deaths = new Emitter<KernelDeath>();
  private readonly comms = new Emitter<CommMessage>();
  private readonly strays = new Emitter<{ message: IopubMessage; owner: string | null }>();
  private readonly running = new Set<(outcome: ExecuteOutcome) => void>();
  private mainLane: Promise<unknown> = Promise.resolve();
  private count = 0;
  private answer: ((value: string) => void) | null = null;
  private death: KernelDeath | null = null;

  constructor(spec: KernelSpec, script: Script, options: StartKernelOptions = {}) {
    this.spec = spec;
    this.script = script;
    this.options = options;
  }

  execute(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    if (request.lane === "subshell") return this.play(request, listener);
    const turn = this.mainLane.then(() => this.play(request, listener));
    this.mainLane = turn;
    return turn;
  }

  async interrupt(): Promise<void> {
    const outcome = {
      type: "error",
      executionCount: this.count,
      ename: "KeyboardInterrupt",
      evalue: "",
    } as const;
    for (const settle of [...this.running]) settle({ ...outcome, traceback: ["KeyboardInterrupt"] });
  }

  async restart(): Promise<void> {
    this.setState("restarting");
    this.settleAll(deathBy({ reason: "shut-down" }));
    this.death = null;
    this.count = 0;
    this.mainLane = Promise.resolve();
    this.setState("idle");
  }

  async shutdown(): Promise<void> {
    if (this.death === null) this.end(deathBy({ reason: "shut-down" }));
  }

  answerInput(value: string): void {
    this.answer?.(value);
    this.answer = null;
  }

  async complete(_code: string, cursorPosition: number): Promise<Completion> {
    return { matches: [], cursorStart: cursorPosition, cursorEnd: cursorPosition, metadata: {} };
  }

  async inspect(): Promise<Inspection> {
    return { found: false, data: {} };
  }

  async isComplete(): Promise<Completeness> {
    return "unknown";
  }

  sendComm(message: CommMessage, request: CommRequest = {}): string {
    this.sentComms.push(message);
    const id = `comm ${this.sentComms.length}`;
    // Busy with it until the test says so, as a kernel is behind a cell.
    if (request.onDone) this.openComms.set(id, request.onDone);
    return id;
  }

  /** For tests: the kernel has dealt with the oldest comm message that waits. */
  handleComm(): void {
    const [oldest] = this.openComms;
    if (!oldest) return;
    this.openComms.delete(oldest[0]);
    oldest[1]();
  }

  async commInfo(): Promise<Readonly<Record<string, { readonly targetName: string }>>> {
    return {};
  }

  onState(listener: (state: KernelState) => void): Unsubscribe {
    return this.states.on(listener);
  }

  onDeath(listener: (death: KernelDeath) => void): Unsubscribe {
    return this.deaths.on(listener);
  }

  onComm(listener: (message: CommMessage) => void): Unsubscribe {
    return this.comms.on(listener);
  }

  onStrayOutput(
    listener: (message: IopubMessage, owner: string | null, requestId: string | null) => void,
  ): Unsubscribe {
    return this.strays.on(({ message, owner }) => listener(message, owner, null));
  }

  /** For tests: the process is gone without anybody's asking. */
  die(death: Partial<KernelDeath> = {}): void {
    if (this.death !== null) return;
    const whole = deathBy({ reason: "killed", signal: "SIGKILL", ...death });
    this.end(whole);
    this.deaths.emit(whole);
  }

  /** For tests: an IOPub message that belongs to no running execution. */
  emitStray(message: IopubMessage, owner: string | null = null): void {
    this.strays.emit({ message, owner });
  }

  emitComm(message: CommMessage): void {
    this.comms.emit(message);
  }

  private async play(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome> {
    if (this.death !== null) return { type: "kernel-died", death: this.death };
    this.executed.push(request.code);
    const isMain = request.lane !== "subshell";
    if (isMain) this.setState("busy");
    const outcome = await new Promise<ExecuteOutcome>((resolve) => {
      let isOpen = true;
      const settle = (value: ExecuteOutcome): void => {
        isOpen = false;
        this.running.delete(settle);
        resolve(value);
      };
      this.running.add(settle);
      void this.perform(request, listener, () => isOpen).then(settle);
    });
    if (isMain && this.death === null) this.setState("idle");
    return outcome;
  }

  private async perform(
    request: ExecuteRequest,
    listener: ExecuteListener,
    isOpen: () => boolean,
  ): Promise<ExecuteOutcome> {
    const answer = this.script(request.code, request);
    if (!request.silent) {
      this.count += 1;
      listener.onOutput({ type: "execute_input", executionCount: this.count });
    }
    const executionCount = this.count;
    if (answer.input !== undefined && listener.onInputRequest !== undefined) {
      const given = new Promise<string>((resolve) => {
        this.answer = resolve;
      });
      listener.onInputRequest(answer.input);
      answer.onInput?.(await given);
    }
    await answer.until;
    for (const output of answer.outputs ?? []) if (isOpen()) listener.onOutput(output);
    if (answer.death !== undefined && isOpen()) this.die(answer.death);
    return answer.outcome ?? { type: "ok", executionCount, userExpressions: {}, payload: [] };
  }

  private end(death: KernelDeath): void {
    this.death = death;
    this.setState("dead");
    this.settleAll(death);
  }

  private settleAll(death: KernelDeath): void {
    for (const settle of [...this.running]) settle({ type: "kernel-died", death });
  }

  private setState(state: KernelState): void {
    if (this.state === state) return;
    this.state = state;
    this.states.emit(state);
  }
}

function deathBy(death: Partial<KernelDeath>): KernelDeath {
  return { reason: "killed", exitCode: null, signal: null, memoryPeakBytes: null, stderrTail: "", ...death };
}
