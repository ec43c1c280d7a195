/** Kernels of no notebook, for clients that bring their own code; where notebooks keep their kernels, they do, too. */
import type { Kernel, KernelProvider, Outlive, StartKernelOptions } from "../kernel/kernel.ts";
import type { ClientKernels } from "../usecases/host.ts";
import { LoopbookError } from "../util/errors.ts";
import { isJsonObject, type JsonObject } from "../util/json.ts";
import { outliveFor } from "./held-kernels.ts";

/** @param keepMs how long they wait for somebody when this process is gone; 0: they end with it. */
export function clientKernels(kernels: KernelProvider, keepMs: number): ClientKernels {
  const outlive = (note: JsonObject): Outlive => outliveFor({ client: note }, keepMs);
  return {
    start: (options: StartKernelOptions, note: JsonObject): Promise<Kernel> =>
      kernels.start({ ...options, ...(keepMs > 0 && { outlive: outlive(note) }) }),
    note: (kernel, note) => kernel.hold?.note(outlive(note)),
    left: async () => {
      const held = keepMs > 0 ? ((await kernels.held?.()) ?? []) : [];
      return held.flatMap(({ id, owner, unattendedSinceMs, isAlive }) =>
        isAlive && unattendedSinceMs !== null && isJsonObject(owner.client)
          ? [{ id, note: owner.client }]
          : [],
      );
    },
    takeBack: async (id) => {
      const kernel = await kernels.attach?.(id);
      if (!kernel) throw new LoopbookError("no-held-kernel", "Kernels end with their process here.");
      await kernel.hold?.replay({ onExecution: () => {}, onInputAnswered: () => {} });
      return kernel;
    },
  };
}
