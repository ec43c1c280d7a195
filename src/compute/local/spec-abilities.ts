/**
 * What a kernelspec can do that the protocol does not tell before (or not truly): its transport, its subshells.
 *
 * Transport: trying would cost a start, so it is decided by the spec: ipykernel and what is
 * built on it can use Unix-domain sockets; other kernels join address and port in ways of their own (R and Julia
 * write `ipc://path:port`), so they get TCP on 127.0.0.1. A spec may say otherwise in its `kernel.json`:
 * `"metadata": { "loopbook": { "transport": "tcp", "subshells": true } }`.
 */
import { basename } from "node:path";
import type { KernelSpec } from "../../kernel/kernel.ts";
import { objectOf } from "../../kernel/message.ts";

export type Transport = "ipc" | "tcp";

const PYTHON = /^(python|pypy)[\d.]*(\.exe)?$/i;
/** Modules that start the real kernel elsewhere and pass ports on to it. */
const ELSEWHERE = /remote|ssh|docker|slurm|gateway/i;

/** The Python module that the spec runs (`python -m MODULE`), or null. */
export function pythonModule(spec: KernelSpec): string | null {
  if (!PYTHON.test(basename(spec.argv[0] ?? ""))) return null;
  const at = spec.argv.indexOf("-m");
  return at < 0 ? null : (spec.argv[at + 1] ?? null);
}

/** Whether it is ipykernel itself, not a kernel built on it. */
export function isIpykernel(spec: KernelSpec): boolean {
  const module = pythonModule(spec);
  return module === "ipykernel_launcher" || module === "ipykernel";
}

export function transportFor(spec: KernelSpec, platform: NodeJS.Platform = process.platform): Transport {
  if (platform === "win32") return "tcp";
  const stated = objectOf(spec.metadata.loopbook).transport;
  if (stated === "ipc" || stated === "tcp") return stated;
  const module = pythonModule(spec);
  return module !== null && !ELSEWHERE.test(module) ? "ipc" : "tcp";
}

/** See `KernelClientOptions.mayUseSubshells`: what wraps another program in Python is not believed. */
export function mayUseSubshells(spec: KernelSpec): boolean {
  const stated = objectOf(spec.metadata.loopbook).subshells;
  return typeof stated === "boolean" ? stated : isIpykernel(spec) || pythonModule(spec) === null;
}
