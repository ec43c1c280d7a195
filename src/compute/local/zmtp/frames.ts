/**
 * The frames of ZMTP 3.0 (https://rfc.zeromq.org/spec/23/): flags, size, body. Pure; no sockets.
 *
 *     flags: bit 0 more frames follow, bit 1 the size has eight bytes (else one), bit 2 a command
 *
 * Reading copies nothing that arrives whole in one chunk: bodies are views into it. A body that spans chunks is
 * gathered in one buffer of its final size, so that a big frame costs one copy, however it was cut.
 */

const MORE = 0x01;
const LONG = 0x02;
const COMMAND = 0x04;
const RESERVED = 0xf8;

/** A frame larger than this ends the connection: 1 GiB. */
export const MAX_FRAME_BYTES = 1024 ** 3;

export interface Frame {
  readonly body: Buffer;
  readonly more: boolean;
  readonly command: boolean;
}

/** What arrived is not ZMTP, or breaks a stated limit. The connection cannot go on. */
export class ZmtpProtocolError extends Error {
  override readonly name = "ZmtpProtocolError";
}

export function frameHeader(size: number, flags: { more?: boolean; command?: boolean } = {}): Buffer {
  const bits = (flags.more ? MORE : 0) | (flags.command ? COMMAND : 0);
  if (size < 256) return Buffer.from([bits, size]);
  const header = Buffer.allocUnsafe(9);
  header[0] = bits | LONG;
  header.writeBigUInt64BE(BigInt(size), 1);
  return header;
}

/** The chunks to write for one message. Small messages come as one chunk, big bodies are not copied. */
export function encodeMessage(parts: readonly Uint8Array[]): Buffer[] {
  const chunks: Buffer[] = [];
  let total = 0;
  parts.forEach((part, index) => {
    const header = frameHeader(part.byteLength, { more: index < parts.length - 1 });
    chunks.push(header, Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    total += header.byteLength + part.byteLength;
  });
  return total <= 65_536 ? [Buffer.concat(chunks, total)] : chunks;
}

/** Turns arriving chunks into frames, however they are cut. */
export class FrameDecoder {
  /** Bytes of a header that is not whole yet; at most eight. */
  private carry: Buffer = Buffer.alloc(0);
  private pending: { body: Buffer; filled: number; more: boolean; command: boolean } | null = null;

  /** Calls back for each frame that is whole by now, in order. @throws ZmtpProtocolError */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    let offset = this.fillPending(chunk, onFrame);
    let data = chunk;
    if (this.carry.byteLength > 0) {
      data = Buffer.concat([this.carry, chunk.subarray(offset)]);
      this.carry = data.subarray(0, 0);
      offset = 0;
    }
    while (offset < data.byteLength) {
      const flags = data[offset] ?? 0;
      if (flags & RESERVED)
        throw new ZmtpProtocolError(`Reserved flag bits are set (0x${flags.toString(16)}).`);
      const bodyAt = offset + (flags & LONG ? 9 : 2);
      if (bodyAt > data.byteLength) {
        this.carry = Buffer.from(data.subarray(offset));
        return;
      }
      const size = flags & LONG ? longSize(data, offset + 1) : (data[offset + 1] ?? 0);
      const more = (flags & MORE) !== 0;
      const command = (flags & COMMAND) !== 0;
      const end = bodyAt + size;
      if (end > data.byteLength) {
        const body = Buffer.allocUnsafeSlow(size);
        this.pending = { body, filled: data.copy(body, 0, bodyAt), more, command };
        return;
      }
      onFrame({ body: data.subarray(bodyAt, end), more, command });
      offset = end;
    }
  }

  /** Gives the open body what belongs to it; returns how many bytes of the chunk that were. */
  private fillPending(chunk: Buffer, onFrame: (frame: Frame) => void): number {
    const pending = this.pending;
    if (pending === null) return 0;
    const taken = chunk.copy(pending.body, pending.filled);
    pending.filled += taken;
    if (pending.filled === pending.body.byteLength) {
      this.pending = null;
      onFrame({ body: pending.body, more: pending.more, command: pending.command });
    }
    return taken;
  }
}

function longSize(data: Buffer, at: number): number {
  const size = data.readBigUInt64BE(at);
  if (size > BigInt(MAX_FRAME_BYTES)) {
    throw new ZmtpProtocolError(`A frame of ${size} bytes is larger than the limit of ${MAX_FRAME_BYTES}.`);
  }
  return Number(size);
}
