/**
 * Ships what one writer's folder holds, in order, from where the server says it has it. The writer itself calls it while
 * it lives; others do for a writer that is gone. Whatever is cut, the next call goes on: nothing is lost or doubled.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { AttachedView } from "../../api/attached.ts";
import type { AttachedWire } from "../../client/attached/wire.ts";
import { MAX_RECORD_BYTES, wholeRecords } from "../../telemetry/log-codec.ts";
import { type AttachFile, segmentName, segmentOffsets, writeWhole } from "./spool-folder.ts";

/** One request; a whole record that is longer goes alone. */
const BATCH_BYTES = 1024 * 1024;
const BLOB_PART_BYTES = 2 * 1024 * 1024;

export interface Shipped {
  /** How much of the log the server has. */
  readonly received: number;
  /** How much of it went over in this call. */
  readonly sentBytes: number;
  readonly view: AttachedView;
}

/** @throws LoopbookError of the server's, or `server-unreachable`: the rest stays for the next time. */
export async function shipWriter(folder: string, file: AttachFile, wire: AttachedWire): Promise<Shipped> {
  const { request } = file;
  const view = await wire.attach(request);
  if (file.url !== wire.destination.url) rememberUrl(folder, { ...file, url: wire.destination.url });
  const from = view.received[request.writer.id] ?? 0;
  const received = await shipLog(folder, request.runId, request.writer.id, from, wire);
  return { received, sentBytes: received - from, view };
}

/** Ships the log from `from` to its end. @returns what the server has then. */
export async function shipLog(
  folder: string,
  run: string,
  writer: string,
  from: number,
  wire: AttachedWire,
): Promise<number> {
  let received = from;
  for (;;) {
    const batch = readBatch(folder, received);
    // Blobs that records of this batch name were there before these records were.
    await shipBlobs(folder, run, wire);
    if (batch === null) break;
    const answer = await wire.log(run, writer, received, batch);
    if (answer.received === received) break;
    received = answer.received;
    note(folder, received);
  }
  return received;
}

/** The last record is with the server, and no blob waits. */
export function isShipped(folder: string, received: number): boolean {
  return readBatch(folder, received) === null && blobsIn(folder).length === 0;
}

/** Bytes that wait; a log's end is not looked for, so a segment that was made long counts whole. */
export function waitingBytes(folder: string): number {
  const received = noted(folder);
  return segmentOffsets(folder).reduce((bytes, offset) => {
    const end = offset + statSync(join(folder, segmentName(offset))).size;
    return bytes + Math.max(0, end - Math.max(offset, received));
  }, 0);
}

export function noted(folder: string): number {
  try {
    return Number(readFileSync(join(folder, "received"), "utf8")) || 0;
  } catch {
    return 0;
  }
}

/**
 * Whole records from `offset` on, of one segment; null: none.
 * @throws BadLog where bytes are no log.
 */
function readBatch(folder: string, offset: number): Uint8Array | null {
  const start = segmentOffsets(folder).findLast((segment) => segment <= offset);
  if (start === undefined) return null;
  const file = openSync(join(folder, segmentName(start)), "r");
  try {
    const left = fstatSync(file).size - (offset - start);
    const read = (limit: number): Uint8Array => {
      const bytes = readAt(file, offset - start, Math.min(limit, left));
      return bytes.subarray(0, wholeRecords(bytes));
    };
    const batch = read(BATCH_BYTES);
    if (batch.byteLength > 0) return batch;
    const one = left > BATCH_BYTES ? read(MAX_RECORD_BYTES) : batch;
    return one.byteLength > 0 ? one : null;
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let read = 0;
  while (read < bytes.byteLength) {
    const got = readSync(file, bytes, read, bytes.byteLength - read, at + read);
    if (got === 0) break;
    read += got;
  }
  return bytes.subarray(0, read);
}

/** Durable hints: a segment that the server has whole goes, never the last one. */
function note(folder: string, received: number): void {
  try {
    writeWhole(join(folder, "received"), String(received));
    const offsets = segmentOffsets(folder);
    for (const [index, offset] of offsets.entries()) {
      const next = offsets[index + 1];
      if (next !== undefined && next <= received) rmSync(join(folder, segmentName(offset)), { force: true });
    }
  } catch {
    // The server knows it; the disk may be full.
  }
}

async function shipBlobs(folder: string, run: string, wire: AttachedWire): Promise<void> {
  for (const sha256 of blobsIn(folder)) {
    const path = join(folder, "blobs", sha256);
    const total = statSync(path).size;
    let sent = (await wire.blobSize(run, sha256)) ?? 0;
    const file = openSync(path, "r");
    try {
      do {
        const part = readAt(file, sent, Math.min(BLOB_PART_BYTES, total - sent));
        const { received } = await wire.putBlob(run, sha256, sent, total, part);
        // Anything else would ask for ever.
        if (received <= sent && received < total) return;
        sent = received;
      } while (sent < total);
    } finally {
      closeSync(file);
    }
    rmSync(path, { force: true });
  }
}

function blobsIn(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, "blobs")).filter((name) => /^[0-9a-f]{64}$/.test(name));
  } catch {
    return [];
  }
}

function rememberUrl(folder: string, file: AttachFile): void {
  try {
    writeWhole(join(folder, "attach.json"), JSON.stringify(file));
  } catch {
    // It is found again as it was found now.
  }
}
