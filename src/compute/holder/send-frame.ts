/** A message to a kernel on its way through the holder: one JSON text, then its buffers. */
import type { OutgoingMessage } from "../../kernel/message.ts";
import { encodeFrame, KIND } from "./frames.ts";

export type SendChannel = "shell" | "stdin" | "control";

export function sendFrame(channel: SendChannel, message: OutgoingMessage): Buffer {
  const { buffers = [], ...rest } = message;
  const json = Buffer.from(JSON.stringify({ channel, message: rest }), "utf8");
  const sizes = Buffer.allocUnsafe(8 + 4 * buffers.length);
  sizes.writeUInt32BE(json.byteLength, 0);
  sizes.writeUInt32BE(buffers.length, 4);
  for (const [index, buffer] of buffers.entries()) sizes.writeUInt32BE(buffer.byteLength, 8 + 4 * index);
  return encodeFrame(KIND.send, 0, [sizes, json, ...buffers]);
}

/** Null for what is no such message. */
export function readSend(
  body: Buffer,
): { readonly channel: SendChannel; readonly message: OutgoingMessage } | null {
  if (body.byteLength < 8) return null;
  const count = body.readUInt32BE(4);
  let at = 8 + 4 * count;
  if (body.byteLength < at) return null;
  const end = at + body.readUInt32BE(0);
  const json = body.subarray(at, end).toString("utf8");
  at = end;
  const buffers: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const next = at + body.readUInt32BE(8 + 4 * index);
    buffers.push(body.subarray(at, next));
    at = next;
  }
  try {
    const { channel, message } = JSON.parse(json) as { channel: SendChannel; message: OutgoingMessage };
    return { channel, message: { ...message, buffers } };
  } catch {
    return null;
  }
}
