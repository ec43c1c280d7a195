/** Ships what writers left whose processes are gone, oldest first; those that live do it themselves. */
import { AttachedWire, type Destination } from "../../client/attached/wire.ts";
import { messageOf } from "../../util/errors.ts";
import { isShipped, shipWriter } from "./ship-spool.ts";
import {
  type AttachFile,
  isWriterAlive,
  readAttachFile,
  removeWriterFolder,
  writerFolders,
} from "./spool-folder.ts";

export type TakenWriter =
  | { readonly folder: string; readonly run: string; readonly outcome: "shipped"; readonly bytes: number }
  | { readonly folder: string; readonly run: string; readonly outcome: "lives" | "no-server" }
  | { readonly folder: string; readonly run: string; readonly outcome: "failed"; readonly why: string };

/** `destination`: of a writer; null: there is no server for it now. */
export async function takeSpools(
  spool: string,
  destination: (file: AttachFile) => Destination | null,
): Promise<readonly TakenWriter[]> {
  const taken: TakenWriter[] = [];
  for (const folder of writerFolders(spool)) {
    const file = readAttachFile(folder);
    if (file !== null) taken.push(await takeOne(folder, file, destination(file)));
  }
  return taken;
}

async function takeOne(folder: string, file: AttachFile, to: Destination | null): Promise<TakenWriter> {
  const who = { folder, run: file.request.runId };
  if (isWriterAlive(file)) return { ...who, outcome: "lives" };
  if (to === null) return { ...who, outcome: "no-server" };
  try {
    const { received, sentBytes } = await shipWriter(folder, file, new AttachedWire(to));
    if (isShipped(folder, received)) removeWriterFolder(folder);
    return { ...who, outcome: "shipped", bytes: sentBytes };
  } catch (error) {
    return { ...who, outcome: "failed", why: messageOf(error) };
  }
}
