/**
 * What Jupyter's collaboration sockets say beside sync and awareness (`api/live-frames.ts`): raw messages (2), of
 * which clients send "save" with a number, and are answered in JSON. Source: jupyter_server_ydoc 3, handlers.py.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { MalformedFrame } from "../../../api/live-frames.ts";

const RAW = 2;
/** Jupyter's chat. Not ours to carry. */
const CHAT = 125;

export type RawMessage =
  | { readonly type: "save"; readonly id: number }
  /** Nothing that we know; clients of other versions may say more. */
  | { readonly type: "other" };

/** Null: it is a frame of another kind. @throws MalformedFrame */
export function decodeRaw(bytes: Uint8Array): RawMessage | null {
  const kind = bytes[0];
  if (kind === CHAT) return { type: "other" };
  if (kind !== RAW) return null;
  try {
    const decoder = decoding.createDecoder(new Uint8Array(bytes));
    decoding.readVarUint(decoder);
    if (decoding.readVarString(decoder) !== "save") return { type: "other" };
    return { type: "save", id: decoding.readVarUint(decoder) };
  } catch (cause) {
    throw new MalformedFrame("a raw message that cannot be read", { cause });
  }
}

export function encodeSaveReply(id: number, status: "success" | "failed"): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, RAW);
  encoding.writeVarString(encoder, JSON.stringify({ type: "save", responseTo: id, status }));
  return encoding.toUint8Array(encoder);
}
