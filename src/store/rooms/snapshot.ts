/**
 * The whole state of a room in one file: facts, document, and from which segment on the log goes beyond it.
 * Written whole or not at all, with a checksum.
 */
import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { RoomFacts, RoomState } from "../../document/room-log.ts";
import { isMissing } from "../files/atomic-write.ts";
import { syncFolder } from "../sync-folder.ts";
import { decodeFacts, encodeFacts } from "./facts.ts";

export interface Snapshot {
  readonly facts: RoomFacts;
  /** Number of the last record that it holds, and of the last update. */
  readonly seq: number;
  readonly updateSeq: number;
  /** The first segment that may hold more. */
  readonly segment: number;
  readonly state: RoomState;
}

const MAGIC = Buffer.from("loopbook room 2\n");
/** checksum u32 | seq, updateSeq, segment u48 each | lengths of facts and results u32 each; the document is the rest */
const HEAD = 4 + 18 + 8;

/** @returns its size in bytes. @throws the system's error; the snapshot before is then as it was. */
export async function writeSnapshot(path: string, snapshot: Snapshot): Promise<number> {
  const facts = encodeFacts(snapshot.facts);
  const { results, document } = snapshot.state;
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUIntLE(snapshot.seq, 4, 6);
  head.writeUIntLE(snapshot.updateSeq, 10, 6);
  head.writeUIntLE(snapshot.segment, 16, 6);
  head.writeUInt32LE(facts.length, 22);
  head.writeUInt32LE(results.length, 26);
  let checksum = crc32(head.subarray(4));
  for (const piece of [facts, results, document]) checksum = crc32(piece, checksum);
  head.writeUInt32LE(checksum, 0);
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    for (const piece of [MAGIC, head, facts, results, document]) await file.appendFile(piece);
    await file.datasync();
  } catch (error) {
    await file.close();
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await file.close();
  await rename(temporary, path);
  await syncFolder(dirname(path));
  return MAGIC.length + HEAD + facts.length + results.length + document.length;
}

/** Null: there is none. `"damaged"`: there is something that is none. */
export async function readSnapshot(path: string): Promise<Snapshot | null | "damaged"> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const start = MAGIC.length;
  if (bytes.length < start + HEAD || !bytes.subarray(0, start).equals(MAGIC)) return "damaged";
  if (crc32(bytes.subarray(start + 4)) !== bytes.readUInt32LE(start)) return "damaged";
  const factsEnd = start + HEAD + bytes.readUInt32LE(start + 22);
  const resultsEnd = factsEnd + bytes.readUInt32LE(start + 26);
  const facts = decodeFacts(bytes.subarray(start + HEAD, factsEnd));
  if (facts === null) return "damaged";
  return {
    facts,
    seq: bytes.readUIntLE(start + 4, 6),
    updateSeq: bytes.readUIntLE(start + 10, 6),
    segment: bytes.readUIntLE(start + 16, 6),
    state: { results: bytes.subarray(factsEnd, resultsEnd), document: bytes.subarray(resultsEnd) },
  };
}
