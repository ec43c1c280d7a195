/**
 * The one kernel of a notebook: started once however many ask, its state and death told as they happen, its language
 * written into the notebook when it is there.
 */
import type {
  Kernel,
  KernelDeath,
  KernelProvider,
  KernelState,
  StartKernelOptions,
} from "../kernel/kernel.ts";
import type { KernelView } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { LoopbookError } from "../util/errors.ts";

export interface KernelHolderOptions {
  readonly provider: KernelProvider;
  readonly clock: Clock;
  readonly onView: (view: KernelView) => void;
  /** A kernel was started; called before anything runs in it. */
  readonly onStarted: (kernel: Kernel) => readonly Unsubscribe[];
}

export class KernelHolder {
  private readonly options: KernelHolderOptions;
  private current: Kernel | null = null;
  private takenBack: Kernel | null = null;
  private starting: Promise<Kernel> | null = null;
  private death: KernelDeath | null = null;
  private state: KernelState | "none" = "none";
  private sinceMs: number;
  private subscriptions: readonly Unsubscribe[] = [];
  private isRestarting = false;
  private isClosed = false;

  constructor(options: KernelHolderOptions) {
    this.options = options;
    this.sinceMs = options.clock.now();
  }

  kernel(): Kernel | null {
    return this.current;
  }

  /** One is coming: started, or started anew. */
  get isStarting(): boolean {
    return this.starting !== null || this.isRestarting;
  }

  view(): KernelView {
    const { spec, supportsSubshells, pid } = this.current ?? {};
    return {
      state: this.state,
      specName: spec?.name ?? null,
      displayName: spec?.displayName ?? null,
      language: spec?.language ?? null,
      supportsSubshells: supportsSubshells ?? false,
      pid: pid ?? null,
      death: this.death,
      sinceMs: this.sinceMs,
    };
  }

  /** A kernel that lives is kept; a dead one is replaced. */
  start(options: StartKernelOptions): Promise<Kernel> {
    return this.startBy(() => this.options.provider.start(options));
  }

  private async startBy(provide: () => Promise<Kernel>): Promise<Kernel> {
    if (this.current && this.state !== "dead") return this.current;
    this.starting ??= this.launch(provide).finally(() => {
      this.starting = null;
    });
    return this.starting;
  }

  /** One that an earlier process left. @throws LoopbookError `no-held-kernel`. */
  async takeBack(id: string): Promise<Kernel> {
    const { provider } = this.options;
    const attach = provider.attach?.bind(provider);
    if (!attach) throw new LoopbookError("no-held-kernel", "Kernels end with their process here.");
    // One that somebody started meanwhile has nothing of what is taken back.
    if (this.current && this.state !== "dead") await this.shutdown();
    const kernel = await this.startBy(() => attach(id));
    this.takenBack = kernel;
    return kernel;
  }

  /** What ran in it before is not all known here. */
  get isTakenBack(): boolean {
    return this.current !== null && this.current === this.takenBack;
  }

  async restart(): Promise<void> {
    if (!this.current) throw noKernel();
    const kernel = this.current;
    this.death = null;
    this.isRestarting = true;
    this.become("restarting");
    try {
      await kernel.restart();
    } finally {
      this.isRestarting = false;
      if (this.current === kernel) this.become(kernel.state);
    }
  }

  async shutdown(): Promise<void> {
    await this.starting?.catch(() => {});
    const kernel = this.current;
    if (!kernel) return;
    await kernel.shutdown();
    this.letGo();
    this.become("none");
  }

  /** No kernel is started any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.shutdown();
  }

  private async launch(provide: () => Promise<Kernel>): Promise<Kernel> {
    if (this.current) {
      await this.current.shutdown({ immediate: true });
      this.letGo();
    }
    this.death = null;
    this.become("starting");
    try {
      const kernel = await provide();
      if (this.isClosed) {
        await kernel.shutdown({ immediate: true });
        throw new LoopbookError("notebook-closed", "The notebook was closed while its kernel started.");
      }
      this.adopt(kernel);
      return kernel;
    } catch (error) {
      this.become("none");
      throw error;
    }
  }

  private adopt(kernel: Kernel): void {
    this.current = kernel;
    this.subscriptions = [
      kernel.onState((state) => this.become(state)),
      kernel.onDeath((death) => {
        this.death = death;
        this.become("dead");
      }),
      ...this.options.onStarted(kernel),
    ];
    this.become(kernel.state);
  }

  private letGo(): void {
    for (const stop of this.subscriptions) stop();
    this.subscriptions = [];
    this.current = null;
  }

  private become(state: KernelState | "none"): void {
    if (state === this.state && this.state !== "dead") return;
    this.state = state;
    this.sinceMs = this.options.clock.now();
    this.options.onView(this.view());
  }
}

export function noKernel(): LoopbookError {
  return new LoopbookError("no-kernel", "There is no kernel. Start one first.");
}
