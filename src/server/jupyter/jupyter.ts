/** What a server keeps for Jupyter clients; one for a server, shared by its routes and its WebSockets. */
import { type Clock, systemClock } from "../../util/clock.ts";
import type { ServerContext } from "../context.ts";
import { KernelList } from "./kernel-list.ts";
import { ServedVersions } from "./served-versions.ts";
import { SessionList } from "./session-list.ts";

export interface Jupyter {
  readonly context: ServerContext;
  readonly clock: Clock;
  readonly kernels: KernelList;
  readonly sessions: SessionList;
  readonly versions: ServedVersions;
  close(): Promise<void>;
}

const known = new WeakMap<ServerContext, Jupyter>();

export function jupyterOf(context: ServerContext): Jupyter {
  const before = known.get(context);
  if (before) return before;
  const clock = systemClock;
  const kernels = new KernelList(context.host, context.folder, clock);
  const jupyter: Jupyter = {
    context,
    clock,
    kernels,
    sessions: new SessionList({ host: context.host, folder: context.folder, kernels }),
    versions: new ServedVersions(),
    close: () => kernels.close(),
  };
  known.set(context, jupyter);
  return jupyter;
}
