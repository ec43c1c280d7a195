/**
 * ZMTP 3.0 greeting, NULL mechanism and commands (https://rfc.zeromq.org/spec/23/). Pure; no sockets.
 * What we say is fixed but for socket type and identity; what the peer says is checked.
 */
import { frameHeader, ZmtpProtocolError } from "./frames.ts";

export type ZmtpSocketType = "DEALER" | "SUB" | "REQ";

export const GREETING_BYTES = 64;

/** Signature, version 3.0, mechanism NULL, as-server 0, filler. */
export function greeting(): Buffer {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.write("NULL", 12, "latin1");
  return bytes;
}

/** @throws ZmtpProtocolError when the peer is not ZMTP 3 or wants another mechanism than NULL. */
export function checkGreeting(bytes: Buffer): void {
  if (bytes[0] !== 0xff || bytes[9] !== 0x7f) throw new ZmtpProtocolError("The peer does not speak ZMTP.");
  const major = bytes[10] ?? 0;
  if (major < 3)
    throw new ZmtpProtocolError(`The peer speaks ZMTP ${major}; 3 is needed (libzmq 4 or later).`);
  const mechanism = bytes.toString("latin1", 12, 32).replace(/\0+$/, "");
  if (mechanism !== "NULL")
    throw new ZmtpProtocolError(`The peer asks for the mechanism ${mechanism}; we have NULL.`);
}

function command(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name, "latin1"), data]);
  return Buffer.concat([frameHeader(body.byteLength, { command: true }), body]);
}

function property(name: string, value: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(value.byteLength);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, "latin1"), size, value]);
}

export function readyCommand(type: ZmtpSocketType, identity: Uint8Array): Buffer {
  const properties = [property("Socket-Type", Buffer.from(type, "latin1"))];
  // PUB would not use it, and ROUTER takes an empty one as "make one up".
  if (type !== "SUB") properties.push(property("Identity", identity));
  return command("READY", Buffer.concat(properties));
}

/** Splits a command frame into its name and what follows. */
export function parseCommand(body: Buffer): { readonly name: string; readonly data: Buffer } {
  const length = body[0] ?? 0;
  if (length === 0 || body.byteLength < 1 + length) throw new ZmtpProtocolError("A command has no name.");
  return { name: body.toString("latin1", 1, 1 + length), data: body.subarray(1 + length) };
}

/** The properties of a READY command, names in lower case (they are compared without case). */
export function parseProperties(data: Buffer): ReadonlyMap<string, Buffer> {
  const properties = new Map<string, Buffer>();
  let at = 0;
  while (at < data.byteLength) {
    const nameEnd = at + 1 + (data[at] ?? 0);
    if (nameEnd + 4 > data.byteLength) throw new ZmtpProtocolError("READY is cut short.");
    const valueEnd = nameEnd + 4 + data.readUInt32BE(nameEnd);
    if (valueEnd > data.byteLength) throw new ZmtpProtocolError("READY is cut short.");
    properties.set(
      data.toString("latin1", at + 1, nameEnd).toLowerCase(),
      data.subarray(nameEnd + 4, valueEnd),
    );
    at = valueEnd;
  }
  return properties;
}

const PEERS: Readonly<Record<ZmtpSocketType, readonly string[]>> = {
  DEALER: ["ROUTER", "DEALER", "REP"],
  SUB: ["PUB", "XPUB"],
  REQ: ["REP", "ROUTER"],
};

/** @throws ZmtpProtocolError when the peer's socket cannot talk to ours. */
export function checkReady(type: ZmtpSocketType, data: Buffer): void {
  const peer = parseProperties(data).get("socket-type")?.toString("latin1") ?? "(none)";
  if (!PEERS[type].includes(peer)) {
    throw new ZmtpProtocolError(`The peer is a ${peer} socket; a ${type} socket cannot talk to it.`);
  }
}

/** The answer to a heartbeat: PING carries a time to live (two bytes) and a context that PONG gives back. */
export function pongCommand(pingData: Buffer): Buffer {
  return command("PONG", pingData.subarray(2, 18));
}

/** SUB's subscription to everything, as a message of ZMTP 3.0. */
export const SUBSCRIBE_ALL: Uint8Array = Buffer.from([1]);
