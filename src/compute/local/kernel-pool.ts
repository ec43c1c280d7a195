/**
 * Keeps started kernels ready, so that a run takes one in milliseconds instead of waiting for its language to start.
 * A kernel is handed out once and never comes back: the next one is started in the background.
 *
 * What a kept kernel fits: the same spec and arguments; for ipykernel any folder and most environment variables (they
 * are set when it is taken, before anything of the user's was imported); for other kernels the same folder and
 * environment. Wherever it does not fit, a kernel is started as if there were no pool.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import type { HeldKernel, KernelProvider, KernelSpec, StartKernelOptions } from "../../kernel/kernel.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { adoptionCode, canBeSetLater } from "./adoption.ts";
import { chooseSpec } from "./choose-spec.ts";
import type { LocalKernel } from "./local-kernel.ts";
import type { LocalProvider } from "./local-provider.ts";
import { isIpykernel } from "./spec-abilities.ts";

export interface KernelPoolOptions {
  readonly provider: LocalProvider;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Kernels kept ready in all; each takes some 60 MB. Default 2; the one that waits longest makes room. */
  readonly maxReady?: number;
  /** One that was not taken for this long is ended. Default 15 minutes. */
  readonly maxIdleMs?: number;
  /** How long after one was taken the next is started, so that it does not compete with the run. Default 2 s. */
  readonly refillDelayMs?: number;
  /** Kernels are kept so that they can outlive this process, if who takes one wants that. Default false. */
  readonly canOutlive?: boolean;
}

interface Ready {
  readonly key: string;
  readonly kernel: LocalKernel;
  readonly cancelIdle: () => void;
}

export class KernelPool implements KernelProvider {
  private readonly provider: LocalProvider;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly limits: {
    readonly maxReady: number;
    readonly maxIdleMs: number;
    readonly refillDelayMs: number;
  };
  /** Longest waiting first. */
  private ready: Ready[] = [];
  private readonly warming = new Map<string, Promise<void>>();
  private readonly refills = new Map<string, () => void>();
  private isClosed = false;
  private readonly canOutlive: boolean;

  constructor(options: KernelPoolOptions) {
    this.provider = options.provider;
    this.canOutlive = options.canOutlive ?? false;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    const { maxReady = 2, maxIdleMs = 15 * 60_000, refillDelayMs = 2_000 } = options;
    this.limits = { maxReady, maxIdleMs, refillDelayMs };
  }

  get readyCount(): number {
    return this.ready.length;
  }

  /** Process ids of the kernels that wait. */
  get readyPids(): readonly number[] {
    return this.ready.flatMap(({ kernel }) => kernel.pid ?? []);
  }

  listSpecs(): Promise<readonly KernelSpec[]> {
    return this.provider.listSpecs();
  }

  /** Settles when a kernel that fits is ready, or could not be made ready (which is logged, and no error). */
  async prepare(options: StartKernelOptions = {}): Promise<void> {
    const fit = await this.fitOf(options);
    if (fit !== null) await this.warm(fit.key, fit.options);
  }

  async start(options: StartKernelOptions): Promise<LocalKernel> {
    const fit = await this.fitOf(options);
    if (fit === null) return this.provider.start(options);
    const kernel = await this.take(fit.key, options);
    this.refillLater(fit.key, fit.options);
    return kernel ?? this.provider.start(options);
  }

  held(): Promise<readonly HeldKernel[]> {
    return this.provider.held();
  }

  attach(id: string): Promise<LocalKernel> {
    return this.provider.attach(id);
  }

  /** One that is ready needs no preparation. */
  expect(): void {
    if (this.ready.length === 0) this.provider.expect();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const cancel of this.refills.values()) cancel();
    for (const { cancelIdle } of this.ready) cancelIdle();
    this.ready = [];
    await this.provider.close();
  }

  /** Under which name a kernel for these options waits, and how it is started; null: none can wait for them. */
  private async fitOf(
    options: StartKernelOptions,
  ): Promise<{ key: string; options: StartKernelOptions } | null> {
    const spec = chooseSpec(await this.provider.listSpecs(), options.specName);
    const { extraArguments = [], cwd = process.cwd(), env = {} } = options;
    const common = { specName: spec.name, extraArguments, ...(this.canOutlive && { outlive: ENDS_WITH_US }) };
    if (!isIpykernel(spec)) {
      const whole = { ...common, cwd, env };
      return { key: JSON.stringify(whole), options: whole };
    }
    if (!Object.keys(env).every(canBeSetLater)) return null;
    return { key: JSON.stringify(common), options: { ...common, cwd: waitingFolder() } };
  }

  private async take(key: string, options: StartKernelOptions): Promise<LocalKernel | null> {
    // One that is on its way is ahead of one that would be started now.
    if (!this.ready.some((entry) => entry.key === key)) await this.warming.get(key);
    for (;;) {
      const entry = this.ready.find((candidate) => candidate.key === key);
      if (entry === undefined) return null;
      this.remove(entry);
      try {
        if (isIpykernel(entry.kernel.spec)) await entry.kernel.configure(adoptionCode(options));
        entry.kernel.adopt(options);
        if (options.outlive) entry.kernel.hold?.note(options.outlive);
        return entry.kernel;
      } catch (error) {
        // It died while it waited, or does not get into the folder; a fresh start says so properly.
        this.logger.warn("A kernel that was kept ready could not be used.", { reason: messageOf(error) });
        await entry.kernel.shutdown({ immediate: true });
      }
    }
  }

  private warm(key: string, options: StartKernelOptions): Promise<void> {
    const known = this.warming.get(key);
    if (known !== undefined) return known;
    if (this.isClosed || this.limits.maxReady === 0 || this.ready.some((entry) => entry.key === key)) {
      return Promise.resolve();
    }
    const warmed = this.provider.start(options).then(
      (kernel) => this.keep(key, kernel),
      (error: unknown) => this.logger.warn("No kernel could be made ready.", { reason: messageOf(error) }),
    );
    const settled = warmed.finally(() => this.warming.delete(key));
    this.warming.set(key, settled);
    return settled;
  }

  private keep(key: string, kernel: LocalKernel): void {
    if (this.isClosed) return; // The provider ends it.
    const cancelIdle = this.clock.schedule(this.limits.maxIdleMs, () => this.drop(entry));
    const entry: Ready = { key, kernel, cancelIdle };
    this.ready.push(entry);
    kernel.onDeath(() => this.remove(entry));
    const [oldest] = this.ready;
    if (this.ready.length > this.limits.maxReady && oldest !== undefined) this.drop(oldest);
  }

  private drop(entry: Ready): void {
    this.remove(entry);
    void entry.kernel.shutdown({ immediate: true });
  }

  private remove(entry: Ready): void {
    entry.cancelIdle();
    this.ready = this.ready.filter((other) => other !== entry);
  }

  private refillLater(key: string, options: StartKernelOptions): void {
    this.refills.get(key)?.();
    const cancel = this.clock.schedule(this.limits.refillDelayMs, () => {
      this.refills.delete(key);
      void this.warm(key, options);
    });
    this.refills.set(key, cancel);
  }
}

/** Held as one that will outlive us, but nobody's yet. */
const ENDS_WITH_US = { owner: {}, keepMs: 0 };

/** Where a kernel waits that will be moved: not in a folder that somebody may want to remove meanwhile. */
function waitingFolder(): string {
  const home = homedir();
  return existsSync(home) ? home : "/";
}
