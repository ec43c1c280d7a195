/** Kernels as processes of this machine, held where they shall outlive ours, ready ahead where that is wanted. */
import { KernelPool } from "../compute/local/kernel-pool.ts";
import { LocalProvider } from "../compute/local/local-provider.ts";
import type { KernelProvider } from "../kernel/kernel.ts";
import type { Logger } from "../util/logger.ts";
import { holderSettings } from "./held-kernels.ts";

/** @param folder the state folder. */
export function localKernels(
  { logger, warmKernels = [] }: { readonly logger?: Logger; readonly warmKernels?: readonly string[] },
  folder: string,
  canOutlive: boolean,
): KernelProvider {
  const logging = logger && { logger };
  const provider = new LocalProvider({ ...logging, holders: holderSettings(folder) });
  if (warmKernels.length === 0) return provider;
  const pool = new KernelPool({ provider, ...logging, maxReady: warmKernels.length, canOutlive });
  for (const name of warmKernels) void pool.prepare(name === "default" ? {} : { specName: name });
  return pool;
}
