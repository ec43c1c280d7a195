/** One writer's log of an import: records from the beginning, of which those are sent that the server has not. */
import { createHash } from "node:crypto";
import { Shapes } from "../../client/attached/records.ts";
import type { AttachedWire } from "../../client/attached/wire.ts";
import type { Fact } from "../../telemetry/facts.ts";
import { concatBytes, encodeFact, MAX_RECORD_BYTES } from "../../telemetry/log-codec.ts";
import type { ImportSink } from "./imported-run.ts";

const BATCH_BYTES = 1024 * 1024;
const BLOB_PIECE_BYTES = 4 * 1024 * 1024;

export class ImportLog implements ImportSink {
  private readonly wire: AttachedWire;
  private readonly run: string;
  private readonly writer: string;
  /** What the server has of this log. */
  private received: number;
  private readonly shapes = new Shapes();
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  /** Where what waits begins. */
  private offset: number;
  private readonly sentBlobs = new Set<string>();
  points = 0;
  readonly passedOver = new Map<string, number>();

  /** @param offset where the records that are told begin: at the log's beginning, or behind what another told. */
  constructor(wire: AttachedWire, run: string, writer: string, received: number, offset = 0) {
    this.wire = wire;
    this.run = run;
    this.writer = writer;
    this.received = Math.max(received, offset);
    this.offset = offset;
  }

  row(time: number, step: number | null, values: Readonly<Record<string, number>>): void {
    const records = this.shapes.rowRecords(time, step, values);
    if (records === null) {
      this.passOver("metrics beyond 65,536 names");
      return;
    }
    this.points += Object.keys(values).length;
    for (const record of records) this.add(record);
  }

  fact(fact: Fact): void {
    const record = encodeFact(fact);
    if (record.byteLength > MAX_RECORD_BYTES) this.passOver(`${fact.type} of more than 4 MB`);
    else this.add(record);
  }

  async blob(content: Uint8Array): Promise<string> {
    const sha256 = createHash("sha256").update(content).digest("hex");
    if (this.sentBlobs.has(sha256)) return sha256;
    // Those of records that are there are there too: blobs go first.
    if (this.offset + this.waitingBytes >= this.received) {
      let at = (await this.wire.blobSize(this.run, sha256)) ?? 0;
      while (at < content.byteLength) {
        const piece = content.subarray(at, at + BLOB_PIECE_BYTES);
        at = (await this.wire.putBlob(this.run, sha256, at, content.byteLength, piece)).received;
      }
    }
    this.sentBlobs.add(sha256);
    return sha256;
  }

  async breathe(): Promise<void> {
    if (this.waitingBytes >= BATCH_BYTES) await this.flush();
  }

  /** @throws LoopbookError of the server's, `server-unreachable`. */
  async flush(): Promise<void> {
    const bytes = concatBytes(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    const end = this.offset + bytes.byteLength;
    if (end > this.received) {
      const from = Math.max(0, this.received - this.offset);
      const { received } = await this.wire.log(
        this.run,
        this.writer,
        this.offset + from,
        bytes.subarray(from),
      );
      this.received = received;
    }
    this.offset = end;
  }

  passOver(what: string): void {
    this.passedOver.set(what, (this.passedOver.get(what) ?? 0) + 1);
  }

  private add(record: Uint8Array): void {
    this.waiting.push(record);
    this.waitingBytes += record.byteLength;
  }
}
