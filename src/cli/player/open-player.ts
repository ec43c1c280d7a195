/** Brings a notebook into a server that stays, starts its kernel, and plays it. */
import { dirname } from "node:path";
import { findOwner } from "../../server/registry.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";
import type { CliContext } from "../context.ts";
import { connect } from "../processes/connect.ts";
import { realPath } from "../processes/live-runs.ts";
import { isInside, localServers, serverFor, startLocalServer } from "../processes/local-server.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";
import { stateFolder } from "../state-folder.ts";
import { keepPlace, readPlace } from "./kept.ts";
import { NotebookLink } from "./notebook-link.ts";
import { Player } from "./player.ts";

export interface PlayOptions {
  readonly kernel?: string;
  readonly from?: string;
}

export async function playNotebook(context: CliContext, typed: string, options: PlayOptions): Promise<void> {
  const path = realPath(typed);
  const { api, notebookId, entry } = await openInServer(context, path);
  const view = await api.notebook(notebookId);
  if (view.kernel.state === "none" || view.kernel.state === "dead") {
    context.terminal.err("Starting the kernel …\n");
    await api.kernel(notebookId, {
      action: "start",
      ...(options.kernel === undefined ? {} : { kernelName: options.kernel }),
    });
  } else {
    context.terminal.err(`Back in ${view.name}: the kernel still has its variables.\n`);
  }
  const link = await NotebookLink.open(api, notebookId);
  const player = new Player(link, context, await firstPlace(link, path, options.from));
  await player.play();
  const place = player.place();
  keepPlace(path, place);
  await link.save().catch(() => undefined);
  link.close();
  context.terminal.err(
    `\nKernel and place are kept by ${entry.kind === "up" ? "the local server" : "the live run"}. ` +
      `To go on: loopbook step ${typed}\n`,
  );
}

async function firstPlace(link: NotebookLink, path: string, from: string | undefined) {
  if (from === undefined) return readPlace(path);
  const { findCell } = await import("../find-cell.ts");
  const { CommandError } = await import("../command-error.ts");
  const found = findCell(link.cells(), from);
  if (!found.ok) throw new CommandError(found.message);
  return { cellId: found.id, index: found.index };
}

async function openInServer(context: CliContext, path: string) {
  const elsewhere = await openElsewhere(path);
  const owner = findOwner(stateFolder(), path);
  if (elsewhere !== null && owner !== undefined) return { ...elsewhere, entry: owner };
  const entry = await serverOf(context, path);
  const api = connect(entry);
  const { id } = await api.openNotebook({ path });
  return { api, notebookId: id, entry };
}

async function serverOf(context: CliContext, path: string): Promise<RegistryEntry> {
  const known = serverFor(path) ?? localServers()[0];
  if (known !== undefined) return known;
  const cwd = realPath(context.cwd);
  const entry = await startLocalServer(isInside(cwd, path) ? cwd : dirname(path), undefined);
  context.terminal.err(`The local server was started (process ${entry.pid}); \`loopbook down\` ends it.\n`);
  return entry;
}
