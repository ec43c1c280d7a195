import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Destination } from "../../client/attached/wire.ts";
import { findServer } from "../../library/attached/find-server.ts";
import type { AttachFile } from "../../library/attached/spool-folder.ts";
import { type TakenWriter, takeSpools } from "../../library/attached/take-spools.ts";
import { liveProcesses } from "../../server/registry.ts";
import { LoopbookError } from "../../util/errors.ts";
import { spoolFolder } from "../../worker/spool-folder.ts";
import type { CliContext } from "../context.ts";
import { stateFolder } from "../state-folder.ts";

const LOOK_EVERY_MS = 1_000;

export async function syncCommand(
  context: CliContext,
  folder: string | null,
  options: { readonly watch?: true; readonly json?: true },
): Promise<void> {
  const { env, terminal } = context;
  if (folder !== null && !existsSync(folder))
    throw new LoopbookError("no-such-folder", `There is no folder ${folder}.`);
  const spool = folder ?? spoolFolder(env);
  const look = (): Promise<readonly TakenWriter[]> => takeSpools(spool, (file) => destinationOf(file, env));
  if (!options.watch) {
    const taken = await look();
    terminal.out(options.json ? `${JSON.stringify(taken)}\n` : `${summary(taken)}\n`);
    if (taken.some(({ outcome }) => outcome === "no-server" || outcome === "failed")) context.setExitCode(1);
    return;
  }
  const told = new Map<string, string>();
  for (;;) {
    for (const writer of await look()) {
      const line = lineOf(writer);
      if (writer.outcome !== "lives" && told.get(writer.folder) !== line) terminal.out(`${line}\n`);
      told.set(writer.folder, line);
    }
    await wait(LOOK_EVERY_MS);
  }
}

function destinationOf({ request, url }: AttachFile, env: NodeJS.ProcessEnv): Destination | null {
  const found = findServer(request.notebook ?? request.origin.cwd ?? process.cwd(), env);
  if (found !== null || url === null) return found;
  const token = liveProcesses(stateFolder()).find((entry) => entry.url === url)?.token ?? env.LOOPBOOK_TOKEN;
  return token === undefined ? null : { url, token };
}

function summary(taken: readonly TakenWriter[]): string {
  const left = taken.filter(({ outcome }) => outcome !== "lives");
  const living = taken.length - left.length;
  const rest =
    living === 0
      ? ""
      : ` ${living} ${living === 1 ? "process still lives and sends" : "processes still live and send"} for itself.`;
  if (left.length === 0) return `Nothing waits.${rest}`;
  return [...left.map(lineOf), ...(rest === "" ? [] : [rest.trim()])].join("\n");
}

function lineOf(writer: TakenWriter): string {
  if (writer.outcome === "shipped") return `${writer.run}: sent, ${writer.bytes.toLocaleString("en")} bytes.`;
  if (writer.outcome === "failed") return `${writer.run}: not sent yet. ${writer.why}`;
  if (writer.outcome === "lives") return `${writer.run}: its process lives and sends for itself.`;
  return `${writer.run}: no server shows its notebook. Start one with \`loopbook up\` there, or set LOOPBOOK_URL.`;
}
