/**
 * The frames that a kernel holder writes, into its spool and to its client alike, and those that a client sends:
 * length of the body (4 bytes), sequence number (6 bytes, 0 where there is none), kind (1 byte), body. Big-endian.
 * What is in the spool is sent as it is, without being read.
 */
import type { Channel } from "../../kernel/message.ts";
import type { JsonObject, JsonValue } from "../../util/json.ts";

export const KIND = {
  // In the spool, with sequence numbers.
  message: 1,
  sent: 2,
  exit: 3,
  acknowledged: 4,
  lost: 5,
  // From the holder, without.
  welcome: 16,
  refused: 17,
  displaced: 18,
  status: 19,
  // From the client.
  hello: 32,
  follow: 33,
  send: 34,
  signal: 35,
  acknowledge: 36,
  note: 37,
  ask: 38,
  end: 39,
  bye: 40,
} as const;

export const HEADER_BYTES = 11;
/** A frame's body, at most: as much as a ZMTP message may have, and a little for what is put around it. */
export const MAX_BODY_BYTES = 1024 ** 3 + 1024 ** 2;

export interface Frame {
  readonly seq: number;
  readonly kind: number;
  readonly body: Buffer;
}

export function encodeFrame(kind: number, seq: number, body: readonly Uint8Array[]): Buffer {
  const size = body.reduce((sum, part) => sum + part.byteLength, 0);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + size);
  frame.writeUInt32BE(size, 0);
  frame.writeUIntBE(seq, 4, 6);
  frame.writeUInt8(kind, 10);
  let at = HEADER_BYTES;
  for (const part of body) {
    frame.set(part, at);
    at += part.byteLength;
  }
  return frame;
}

/** Of an encoded frame. */
export function seqOf(frame: Buffer): number {
  return frame.readUIntBE(4, 6);
}

export function jsonFrame(kind: number, value: JsonValue, seq = 0): Buffer {
  return encodeFrame(kind, seq, [Buffer.from(JSON.stringify(value), "utf8")]);
}

/** A body that is no JSON object (of another version, damaged) reads as an empty one. */
export function jsonOf({ body }: Frame): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** The frame that begins at `at`, or null when the bytes end before it does. @throws Error when it is too large. */
export function frameAt(bytes: Buffer, at: number): Frame | null {
  if (bytes.byteLength < at + HEADER_BYTES) return null;
  const size = bytes.readUInt32BE(at);
  if (size > MAX_BODY_BYTES) throw new Error(`A frame of ${size} bytes is none of ours.`);
  if (bytes.byteLength < at + HEADER_BYTES + size) return null;
  const start = at + HEADER_BYTES;
  return {
    seq: bytes.readUIntBE(at + 4, 6),
    kind: bytes.readUInt8(at + 10),
    body: bytes.subarray(start, start + size),
  };
}

/** Frames out of a stream of bytes; holds at most one that is not whole. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private waiting = 0;
  private wanted = HEADER_BYTES;

  /** @throws Error when the bytes are no frames. */
  push(chunk: Buffer, take: (frame: Frame) => void): void {
    this.chunks.push(chunk);
    this.waiting += chunk.byteLength;
    if (this.waiting < this.wanted) return;
    const [first = chunk] = this.chunks;
    const bytes = this.chunks.length === 1 ? first : Buffer.concat(this.chunks, this.waiting);
    let at = 0;
    for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
      at += HEADER_BYTES + frame.body.byteLength;
      take(frame);
    }
    const rest = bytes.subarray(at);
    this.chunks = rest.byteLength === 0 ? [] : [rest];
    this.waiting = rest.byteLength;
    this.wanted = HEADER_BYTES + (rest.byteLength >= HEADER_BYTES ? rest.readUInt32BE(0) : 0);
  }
}

const CHANNELS: readonly Channel[] = ["shell", "iopub", "stdin", "control"];

/** A kernel's message: its channel, whether it may be left out when space is short, and its frames. */
export interface HeldMessage {
  readonly channel: Channel;
  /** Output: it may be cut. What tells of beginning and end may not. */
  readonly isOutput: boolean;
  /** Header, parent header, metadata, content, buffers; views into what was read. */
  readonly parts: readonly Buffer[];
}

export function messageBody({ channel, isOutput, parts }: HeldMessage): Uint8Array[] {
  const head = Buffer.allocUnsafe(6 + 4 * parts.length);
  head.writeUInt8(CHANNELS.indexOf(channel), 0);
  head.writeUInt8(isOutput ? 1 : 0, 1);
  head.writeUInt32BE(parts.length, 2);
  for (const [index, part] of parts.entries()) head.writeUInt32BE(part.byteLength, 6 + 4 * index);
  return [head, ...parts];
}

/** Null for a body that is no message. */
export function messageOf({ body }: Frame): HeldMessage | null {
  if (body.byteLength < 6) return null;
  const channel = CHANNELS[body.readUInt8(0)];
  const count = body.readUInt32BE(2);
  if (channel === undefined || body.byteLength < 6 + 4 * count) return null;
  const parts: Buffer[] = [];
  let at = 6 + 4 * count;
  for (let index = 0; index < count; index++) {
    const end = at + body.readUInt32BE(6 + 4 * index);
    if (end > body.byteLength) return null;
    parts.push(body.subarray(at, end));
    at = end;
  }
  return { channel, isOutput: body.readUInt8(1) === 1, parts };
}
