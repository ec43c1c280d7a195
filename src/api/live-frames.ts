/**
 * Binary frames of the live channel: y-protocols' sync (0) and awareness (1) messages, without a document name, as
 * Jupyter's rooms speak them. Source: y-protocols' PROTOCOL.md. And one message of our own, by which a page says which
 * cells it looks at: it is told what is written into others that run when they have ended. And one about widgets
 * (`widgets.ts`), both ways. Both ends use this file.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

export type LiveFrame =
  /** "I have this; send what I lack." */
  | { readonly type: "sync-step-1"; readonly stateVector: Uint8Array }
  /** The answer; after it, both have what the answerer had. */
  | { readonly type: "sync-step-2"; readonly update: Uint8Array }
  | { readonly type: "update"; readonly update: Uint8Array }
  | { readonly type: "awareness"; readonly update: Uint8Array }
  /** Ids of the cells that the client looks at; null: all, as before its first. */
  | { readonly type: "looking"; readonly cells: readonly string[] | null }
  /** What `widgets.ts` says, as JSON, and its binary parts. */
  | { readonly type: "widgets"; readonly text: string; readonly buffers: readonly Uint8Array[] };

/** The state of one awareness client as it travels. `state` is JSON text; `null` says that it left. */
export interface AwarenessEntry {
  readonly clientId: number;
  readonly clock: number;
  readonly state: string;
}

/** A frame that no honest peer sends. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame";
}

const SYNC = 0;
const AWARENESS = 1;
/** Far from the numbers that y-protocols or Jupyter may give. */
const LOOKING = 120;
const WIDGETS = 121;
/** No window shows more cells, and no widget has more binary parts. */
const MAX_PARTS = 5_000;
const SYNC_TYPES = ["sync-step-1", "sync-step-2", "update"] as const;

export function encodeFrame(frame: LiveFrame): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  if (frame.type === "awareness") {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, frame.update);
  } else if (frame.type === "looking") {
    encoding.writeVarUint(encoder, LOOKING);
    encoding.writeVarUint(encoder, frame.cells === null ? 0 : 1);
    encoding.writeVarUint(encoder, frame.cells?.length ?? 0);
    for (const id of frame.cells ?? []) encoding.writeVarString(encoder, id);
  } else if (frame.type === "widgets") {
    encoding.writeVarUint(encoder, WIDGETS);
    encoding.writeVarString(encoder, frame.text);
    encoding.writeVarUint(encoder, frame.buffers.length);
    for (const buffer of frame.buffers) encoding.writeVarUint8Array(encoder, buffer);
  } else {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, SYNC_TYPES.indexOf(frame.type));
    encoding.writeVarUint8Array(encoder, frame.type === "sync-step-1" ? frame.stateVector : frame.update);
  }
  return encoding.toUint8Array(encoder);
}

/** @throws MalformedFrame */
export function decodeFrame(bytes: Uint8Array): LiveFrame {
  return reading(bytes, (decoder) => {
    const kind = decoding.readVarUint(decoder);
    if (kind === AWARENESS) return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    if (kind === LOOKING) return { type: "looking", cells: readCells(decoder) };
    if (kind === WIDGETS) return readWidgets(decoder);
    if (kind !== SYNC) throw new MalformedFrame(`unknown message type ${kind}`);
    const type = SYNC_TYPES[decoding.readVarUint(decoder)];
    if (type === undefined) throw new MalformedFrame("unknown sync message");
    const content = decoding.readVarUint8Array(decoder);
    return type === "sync-step-1" ? { type, stateVector: content } : { type, update: content };
  });
}

function readCells(decoder: decoding.Decoder): readonly string[] | null {
  const isSome = decoding.readVarUint(decoder) === 1;
  const count = decoding.readVarUint(decoder);
  checkCount(count);
  const cells = Array.from({ length: count }, () => decoding.readVarString(decoder));
  return isSome ? cells : null;
}

function checkCount(count: number): void {
  if (count > MAX_PARTS) throw new MalformedFrame("more parts than any frame has");
}

function readWidgets(decoder: decoding.Decoder): LiveFrame {
  const text = decoding.readVarString(decoder);
  const count = decoding.readVarUint(decoder);
  checkCount(count);
  const buffers = Array.from({ length: count }, () => decoding.readVarUint8Array(decoder));
  return { type: "widgets", text, buffers };
}

export function encodeAwareness(entries: readonly AwarenessEntry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { clientId, clock, state } of entries) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}

/** @throws MalformedFrame */
export function decodeAwareness(update: Uint8Array): readonly AwarenessEntry[] {
  return reading(update, (decoder) => {
    const entries: AwarenessEntry[] = [];
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      entries.push({
        clientId: decoding.readVarUint(decoder),
        clock: decoding.readVarUint(decoder),
        state: decoding.readVarString(decoder),
      });
    }
    return entries;
  });
}

/** Reads a copy that ends where the bytes end: a wrong length then fails, instead of reading on in a shared buffer. */
function reading<T>(bytes: Uint8Array, read: (decoder: decoding.Decoder) => T): T {
  try {
    return read(decoding.createDecoder(new Uint8Array(bytes)));
  } catch (error) {
    if (error instanceof MalformedFrame) throw error;
    throw new MalformedFrame("a frame that cannot be read", { cause: error });
  }
}
