/**
 * Messages to and from a kernel as a Jupyter server's WebSocket carries them, in both protocols that clients speak:
 *
 * - the default one: a JSON text with `channel` beside the message's parts; with buffers a binary frame, which begins
 *   with the number of parts and their offsets (32 bits each, big-endian), the JSON text being the first part;
 * - `v1.kernel.websocket.jupyter.org`: a binary frame of the number of offsets and the offsets (64 bits each,
 *   little-endian), then the channel's name, header, parent header, metadata, content and buffers as they are.
 *
 * Source: https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html. Pure.
 */
import { z } from "zod";
import type { Channel } from "../../kernel/message.ts";
import type { ForeignMessage } from "../../kernel/relay.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";

export const V1_PROTOCOL = "v1.kernel.websocket.jupyter.org";

export type Protocol = "default" | "v1";

/** A message on its way to a client: the four JSON parts as the kernel wrote them. */
export interface WireMessage {
  readonly channel: Channel;
  readonly id: string;
  readonly type: string;
  readonly header: Uint8Array;
  readonly parentHeader: Uint8Array;
  readonly metadata: Uint8Array;
  readonly content: Uint8Array;
  readonly buffers: readonly Uint8Array[];
}

export interface ClientMessage {
  readonly channel: "shell" | "control" | "stdin";
  readonly message: ForeignMessage;
}

/** A frame that is none of the protocol; its connection goes on without it. */
export class MalformedWireMessage extends Error {
  override readonly name = "MalformedWireMessage";
}

/** Text for a text frame, bytes for a binary one. */
export function encodeWire(protocol: Protocol, message: WireMessage): string | Uint8Array {
  if (protocol === "v1") return encodeV1(message);
  const text = jsonText(message);
  return message.buffers.length === 0 ? text : encodeParts([Buffer.from(text, "utf8"), ...message.buffers]);
}

/** @throws MalformedWireMessage */
export function decodeWire(protocol: Protocol, data: Buffer, isBinary: boolean): ClientMessage {
  if (protocol === "v1") return decodeV1(data);
  const [json, ...buffers] = isBinary ? decodeParts(data) : [data];
  const { channel, ...parts } = checked(defaultMessage, parsed(json));
  return { channel, message: { ...parts, parentHeader: parts.parent_header, buffers } };
}

/** The parts are JSON already, and put together without being read: what a kernel wrote is what a client gets. */
function jsonText({ channel, id, type, header, parentHeader, metadata, content }: WireMessage): string {
  const start = `{"channel":"${channel}","msg_id":${JSON.stringify(id)},"msg_type":${JSON.stringify(type)}`;
  return `${start},"header":${textOf(header)},"parent_header":${textOf(parentHeader)},"metadata":${textOf(metadata)},"content":${textOf(content)},"buffers":[]}`;
}

/** 32-bit offsets, counted from the frame's beginning. */
function encodeParts(parts: readonly Uint8Array[]): Uint8Array {
  const table = Buffer.allocUnsafe(4 * (parts.length + 1));
  table.writeUInt32BE(parts.length, 0);
  let at = table.byteLength;
  for (const [index, part] of parts.entries()) {
    table.writeUInt32BE(at, 4 * (index + 1));
    at += part.byteLength;
  }
  return Buffer.concat([table, ...parts], at);
}

function decodeParts(data: Buffer): Buffer[] {
  const count = data.byteLength < 4 ? 0 : data.readUInt32BE(0);
  if (count === 0 || data.byteLength < 4 * (count + 1))
    throw new MalformedWireMessage("No table of offsets.");
  const offsets = Array.from({ length: count }, (_, index) => data.readUInt32BE(4 * (index + 1)));
  return slices(data, [...offsets, data.byteLength], 4 * (count + 1));
}

function encodeV1({ channel, header, parentHeader, metadata, content, buffers }: WireMessage): Uint8Array {
  const parts = [Buffer.from(channel, "latin1"), header, parentHeader, metadata, content, ...buffers];
  const table = Buffer.allocUnsafe(8 * (parts.length + 2));
  table.writeBigUInt64LE(BigInt(parts.length + 1), 0);
  let at = table.byteLength;
  for (const [index, part] of parts.entries()) {
    table.writeBigUInt64LE(BigInt(at), 8 * (index + 1));
    at += part.byteLength;
  }
  table.writeBigUInt64LE(BigInt(at), 8 * (parts.length + 1));
  return Buffer.concat([table, ...parts], at);
}

function decodeV1(data: Buffer): ClientMessage {
  const count = data.byteLength < 8 ? 0n : data.readBigUInt64LE(0);
  if (count < 6n || count > BigInt(data.byteLength)) throw new MalformedWireMessage("No table of offsets.");
  const size = 8 * (Number(count) + 1);
  if (data.byteLength < size) throw new MalformedWireMessage("A table of offsets that does not fit.");
  const offsets = Array.from({ length: Number(count) }, (_, index) =>
    Number(data.readBigUInt64LE(8 * (index + 1))),
  );
  const [channel, header, parent, metadata, content, ...buffers] = slices(data, offsets, size);
  const { channel: known, ...parts } = checked(defaultMessage, {
    channel: channel?.toString("latin1"),
    header: parsed(header),
    parent_header: parsed(parent),
    metadata: parsed(metadata),
    content: parsed(content),
  });
  return { channel: known, message: { ...parts, parentHeader: parts.parent_header, buffers } };
}

function slices(data: Buffer, offsets: readonly number[], least: number): Buffer[] {
  const found: Buffer[] = [];
  let before = least;
  for (const [index, start] of offsets.slice(0, -1).entries()) {
    const end = offsets[index + 1] ?? data.byteLength;
    if (start < before || end < start || end > data.byteLength)
      throw new MalformedWireMessage("Offsets that lead out of the frame.");
    found.push(data.subarray(start, end));
    before = start;
  }
  return found;
}

/** What `JSON.parse` gave needs no other look. */
const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value as JsonValue | undefined));
/** Some clients leave out or null what they have nothing to say in. */
const optionalObject = jsonObject.nullish().transform((value) => value ?? {});
const defaultMessage = z.object({
  channel: z
    .enum(["shell", "control", "stdin"])
    .nullish()
    .transform((value) => value ?? "shell"),
  header: jsonObject,
  parent_header: optionalObject,
  metadata: optionalObject,
  content: optionalObject,
});

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MalformedWireMessage("No Jupyter message.", { cause: result.error });
}

function parsed(part: Buffer | undefined): unknown {
  try {
    return JSON.parse((part ?? Buffer.alloc(0)).toString("utf8"));
  } catch (cause) {
    throw new MalformedWireMessage("A part that is no JSON.", { cause });
  }
}

function textOf(part: Uint8Array): string {
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("utf8");
}
