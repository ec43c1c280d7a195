/** The process whose page shows a path: who has it open, else the local server, which is started when there is none. */
import { dirname } from "node:path";
import { findOwner } from "../../server/registry.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";
import type { CliContext } from "../context.ts";
import { stateFolder } from "../state-folder.ts";
import { isInside, serverFor, startLocalServer } from "./local-server.ts";

export async function serverThatShows(
  context: CliContext,
  path: string,
  isFolder: boolean,
): Promise<RegistryEntry> {
  // A server that stays before a run's own, which goes with its run.
  const known = serverFor(path);
  if (known !== null) return known;
  const owner = findOwner(stateFolder(), path);
  if (owner !== undefined && isInside(owner.folder, path)) return owner;
  const folder = isFolder ? path : dirname(path);
  const started = await startLocalServer(folder, undefined);
  context.terminal.err(
    `The local server of ${folder} was started (process ${started.pid}); \`loopbook down\` ends it.\n`,
  );
  return started;
}
