/**
 * Jupyter messages as ZeroMQ frames: routing ids, `<IDS|MSG>`, signature, header, parent header, metadata, content,
 * buffers; signed with HMAC-SHA256 over the four JSON frames. This is where bytes from outside are checked.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";
import type { IncomingMessage, OutgoingMessage } from "./message.ts";

const DELIMITER = Buffer.from("<IDS|MSG>", "latin1");
const EMPTY_OBJECT = Buffer.from("{}", "latin1");
const PROTOCOL_VERSION = "5.4";

/** A message that is not one, or not signed with our key. It is dropped; the connection goes on. */
export class MalformedMessageError extends Error {
  override readonly name = "MalformedMessageError";
}

export interface WireCodecOptions {
  /** The connection file's `key`; empty: messages are neither signed nor checked. */
  readonly key: string;
  /** `session` of every message we send. */
  readonly session: string;
  readonly username: string;
  readonly now?: () => Date;
}

export class WireCodec {
  private readonly options: WireCodecOptions;
  /** Prepared once: with a bare buffer each message would cost ten times as much. Null: no signatures. */
  private readonly key: KeyObject | null;
  // All messages of one execution carry the same parent header: its id is parsed once.
  private lastParent: { frame: Buffer; id: string | null } = { frame: EMPTY_OBJECT, id: null };

  constructor(options: WireCodecOptions) {
    this.options = options;
    this.key = options.key === "" ? null : createSecretKey(options.key, "utf8");
  }

  encode(message: OutgoingMessage): Uint8Array[] {
    const header = message.header ?? this.ownHeader(message);
    const frames = [header, message.parentHeader ?? {}, message.metadata ?? {}, message.content].map((part) =>
      Buffer.from(JSON.stringify(part), "utf8"),
    );
    return [DELIMITER, this.signature(frames), ...frames, ...(message.buffers ?? [])];
  }

  /** @throws MalformedMessageError */
  decode(parts: readonly Buffer[]): IncomingMessage {
    const at = parts.findIndex((part) => part.byteLength === DELIMITER.byteLength && part.equals(DELIMITER));
    const [signature, header, parent, metadata, content] = parts.slice(at + 1, at + 6);
    if (at < 0 || !signature || !header || !parent || !metadata || !content) {
      throw new MalformedMessageError("A message lacks frames.");
    }
    this.check(signature, [header, parent, metadata, content]);
    const head = parseObject(header);
    const type = head.msg_type;
    if (typeof type !== "string") throw new MalformedMessageError("A message has no type.");
    return {
      id: typeof head.msg_id === "string" ? head.msg_id : "",
      type,
      parentId: this.parentId(parent),
      buffers: parts.slice(at + 6),
      header: () => head,
      content: () => parseObject(content),
      metadata: () => parseObject(metadata),
      frames: () => [header, parent, metadata, content],
    };
  }

  private ownHeader({ id, type, subshellId }: OutgoingMessage): JsonObject {
    return {
      msg_id: id,
      session: this.options.session,
      username: this.options.username,
      date: (this.options.now?.() ?? new Date()).toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
      ...(subshellId !== undefined && { subshell_id: subshellId }),
    };
  }

  private signature(frames: readonly Buffer[]): Buffer {
    if (this.key === null) return Buffer.alloc(0);
    return Buffer.from(digest(this.key, frames).toString("hex"), "latin1");
  }

  private check(signature: Buffer, frames: readonly Buffer[]): void {
    if (this.key === null) return;
    const given = Buffer.from(signature.toString("latin1"), "hex");
    const wanted = digest(this.key, frames);
    if (given.byteLength !== wanted.byteLength || !timingSafeEqual(given, wanted)) {
      throw new MalformedMessageError("A message is not signed with this kernel's key.");
    }
  }

  private parentId(frame: Buffer): string | null {
    if (frame.equals(this.lastParent.frame)) return this.lastParent.id;
    const id = parseObject(frame).msg_id;
    // A copy: a view would keep the whole chunk that it was read with.
    this.lastParent = { frame: Buffer.from(frame), id: typeof id === "string" ? id : null };
    return this.lastParent.id;
  }
}

function digest(key: KeyObject, frames: readonly Buffer[]): Buffer {
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest();
}

/** Numbers that Python's `json` writes and JSON does not have; strings are matched so that theirs are left alone. */
const NOT_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

function parseObject(frame: Buffer): JsonObject {
  const text = frame.toString("utf8");
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    value = parseLeniently(text);
  }
  return isJsonObject(value) ? value : {};
}

function parseLeniently(text: string): JsonValue {
  try {
    return JSON.parse(
      text.replace(NOT_NUMBERS, (found) => (found.startsWith('"') ? found : "null")),
    ) as JsonValue;
  } catch {
    return null;
  }
}
