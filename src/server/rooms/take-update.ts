/** What a client sends of a Yjs document, taken or refused as a whole. Every room takes updates by this. */
import * as Y from "yjs";
import { MalformedFrame } from "../../api/live-frames.ts";
import type { EditOrigin } from "../../document/live-notebook.ts";

/** No structs and no deletions: what a client answers that has nothing new. */
export function isEmptyUpdate(update: Uint8Array): boolean {
  return update.length === 2 && update[0] === 0 && update[1] === 0;
}

/**
 * False: part of it builds on edits that never came (a client that lost some). That part is not kept, as it might
 * wait for ever and grow: the client is to be asked for all that it has.
 * @throws MalformedFrame when it cannot be read; nothing of it is applied then.
 */
export function takeUpdate(doc: Y.Doc, update: Uint8Array, origin: EditOrigin): boolean {
  // Read as a whole before any of it is applied, so that half an update never is.
  malformedUnless(() => Y.decodeUpdate(update));
  Y.applyUpdate(doc, update, origin);
  if (!doc.store.pendingStructs && !doc.store.pendingDs) return true;
  doc.store.pendingStructs = null;
  doc.store.pendingDs = null;
  return false;
}

/** @throws MalformedFrame */
export function checkStateVector(stateVector: Uint8Array): void {
  malformedUnless(() => Y.decodeStateVector(stateVector));
}

function malformedUnless(read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw new MalformedFrame("an update that cannot be read", { cause });
  }
}
