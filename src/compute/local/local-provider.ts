/** Kernels as processes of this machine: finds their specs, starts them, and leaves none behind. */
import { rm } from "node:fs/promises";
import type { HeldKernel, KernelProvider, KernelSpec, StartKernelOptions } from "../../kernel/kernel.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { LoopbookError } from "../../util/errors.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { HeldKernels, type HeldKernelsOptions } from "../holder/held-kernels.ts";
import { chooseSpec } from "./choose-spec.ts";
import { makeRuntimeDir } from "./connection-info.ts";
import { IPYKERNEL_ARGUMENTS, raiseSendQueue } from "./ipykernel-settings.ts";
import { type FindOptions, findKernelSpecs, prefixOfSpec } from "./kernelspecs.ts";
import { type Incarnation, type LaunchPlace, launch } from "./launch.ts";
import { LocalKernel } from "./local-kernel.ts";
import { isIpykernel, type Transport, transportFor } from "./spec-abilities.ts";
import { Watchdog } from "./watchdog.ts";

export interface LocalProviderOptions {
  /** Our environment; kernels get it with their own additions. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Instead of what is decided by the spec. */
  readonly transport?: Transport;
  /** Python environments to look in beside the person's own (a private one that we made). */
  readonly extraPrefixes?: readonly string[];
  readonly find?: FindOptions;
  /** How kernels outlive this process (`StartKernelOptions.outlive`). Default: they do not. */
  readonly holders?: Omit<HeldKernelsOptions, "env" | "clock">;
}

export class LocalProvider implements KernelProvider {
  private readonly options: LocalProviderOptions;
  private readonly env: NodeJS.ProcessEnv;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly kernels = new Set<LocalKernel>();
  private readonly starting = new Set<Promise<Incarnation>>();
  private readonly closing = new AbortController();
  private place: LaunchPlace | null = null;
  private counter = 0;
  private readonly holders: HeldKernels | null;

  constructor(options: LocalProviderOptions = {}) {
    this.options = options;
    this.env = options.env ?? process.env;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    const { env, clock } = this;
    this.holders = options.holders === undefined ? null : new HeldKernels({ ...options.holders, env, clock });
  }

  async listSpecs(): Promise<readonly KernelSpec[]> {
    return this.findSpecs();
  }

  async start(options: StartKernelOptions): Promise<LocalKernel> {
    const spec = chooseSpec(this.findSpecs(), options.specName);
    return this.kernelOf(spec, options, await this.launch(spec, options));
  }

  expect(): void {
    this.holders?.expect();
  }

  async held(): Promise<readonly HeldKernel[]> {
    return this.holders?.list() ?? [];
  }

  async attach(id: string): Promise<LocalKernel> {
    if (this.holders === null) {
      throw new LoopbookError("no-held-kernel", "No kernels are held here; LOOPBOOK_KERNELS says so.");
    }
    const { record, incarnation } = await this.holders.attach(id);
    return this.kernelOf(record.spec, record.options, incarnation);
  }

  private kernelOf(spec: KernelSpec, options: StartKernelOptions, first: Incarnation): LocalKernel {
    const kernel: LocalKernel = new LocalKernel({
      spec,
      options,
      first,
      clock: this.clock,
      relaunch: async (again) => {
        const next = await this.launch(spec, again);
        this.kernels.add(kernel);
        return next;
      },
      onGone: () => this.kernels.delete(kernel),
    });
    this.kernels.add(kernel);
    return kernel;
  }

  /** Ends kernels without asking them, which takes milliseconds; who wants them asked shuts them down before. */
  async close(): Promise<void> {
    this.closing.abort();
    this.holders?.close();
    await Promise.allSettled([...this.starting]);
    await Promise.all([...this.kernels].map((kernel) => kernel.shutdown({ immediate: true })));
    const place = this.place;
    this.place = null;
    if (place === null) return;
    await place.watchdog.close();
    await rm(place.runtimeDir, { recursive: true, force: true });
  }

  private findSpecs(): readonly KernelSpec[] {
    const { extraPrefixes, find } = this.options;
    const { specs, notices } = findKernelSpecs({
      env: this.env,
      ...(extraPrefixes && { extraPrefixes }),
      ...find,
    });
    for (const notice of notices) this.logger.warn(notice);
    return specs;
  }

  private async launch(spec: KernelSpec, options: StartKernelOptions): Promise<Incarnation> {
    const transport = this.options.transport ?? transportFor(spec);
    try {
      return await this.launchOver(transport, spec, options);
    } catch (error) {
      if (!isWorthAnotherTry(error, transport, spec) || this.closing.signal.aborted) throw error;
      this.logger.warn("The kernel ended at its start; trying once more over TCP.", { kernel: spec.name });
      return this.launchOver("tcp", spec, options);
    }
  }

  private async launchOver(
    transport: Transport,
    spec: KernelSpec,
    options: StartKernelOptions,
  ): Promise<Incarnation> {
    if (this.closing.signal.aborted) {
      throw new LoopbookError("kernel-did-not-start", "Loopbook is closing; no kernel is started any more.");
    }
    const isPython = isIpykernel(spec);
    const request = {
      spec,
      options: isPython
        ? { ...options, extraArguments: [...IPYKERNEL_ARGUMENTS, ...(options.extraArguments ?? [])] }
        : options,
      transport,
      prefix: prefixOfSpec(spec),
      signal: this.closing.signal,
    };
    const { outlive } = options;
    const launched =
      outlive === undefined || !this.holders?.isPossible
        ? launch(this.launchPlace(), request)
        : this.holders.launch(request, outlive);
    this.starting.add(launched);
    try {
      const incarnation = await launched;
      if (isPython) raiseSendQueue(incarnation.client);
      return incarnation;
    } finally {
      this.starting.delete(launched);
    }
  }

  private launchPlace(): LaunchPlace {
    if (this.place === null) {
      const runtimeDir = makeRuntimeDir(this.env);
      this.place = {
        runtimeDir,
        watchdog: new Watchdog(runtimeDir),
        env: this.env,
        clock: this.clock,
        logger: this.logger,
        nextName: () => `k${++this.counter}`,
      };
    }
    return this.place;
  }
}

/** A port that was taken in between, or a kernel in Python that cannot use Unix-domain sockets after all. */
function isWorthAnotherTry(error: unknown, transport: Transport, spec: KernelSpec): boolean {
  if (!(error instanceof LoopbookError) || error.code !== "kernel-did-not-start") return false;
  if (/address already in use/i.test(error.message)) return true;
  return transport === "ipc" && !isIpykernel(spec) && !error.retry && /ended with code/.test(error.message);
}
