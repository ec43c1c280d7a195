import { describe, expect, test } from "vitest";
import { FrameDecoder, ZmtpProtocolError } from "./frames.ts";
import {
  checkGreeting,
  checkReady,
  GREETING_BYTES,
  greeting,
  parseCommand,
  parseProperties,
  pongCommand,
  readyCommand,
} from "./handshake.ts";

function commandIn(wire: Buffer): { name: string; data: Buffer } {
  let body: Buffer | undefined;
  new FrameDecoder().push(wire, (frame) => {
    expect(frame.command).toBe(true);
    body = frame.body;
  });
  if (body === undefined) throw new Error("no frame");
  return parseCommand(body);
}

describe("handshake", () => {
  test("our own greeting passes our own check", () => {
    expect(greeting().byteLength).toBe(GREETING_BYTES);
    expect(() => checkGreeting(greeting())).not.toThrow();
  });

  test("an HTTP server, an old peer and a CURVE peer are told apart", () => {
    expect(() => checkGreeting(Buffer.from("HTTP/1.1 400 Bad Request".padEnd(64)))).toThrow(
      /does not speak ZMTP/,
    );
    const old = greeting();
    old[10] = 1;
    expect(() => checkGreeting(old)).toThrow(/ZMTP 1/);
    const curve = greeting();
    curve.write("CURVE", 12, "latin1");
    expect(() => checkGreeting(curve)).toThrow(/CURVE/);
  });

  test("READY carries socket type and identity", () => {
    const { name, data } = commandIn(readyCommand("DEALER", Buffer.from("me")));
    expect(name).toBe("READY");
    expect([...parseProperties(data)]).toEqual([
      ["socket-type", Buffer.from("DEALER")],
      ["identity", Buffer.from("me")],
    ]);
  });

  test("a READY that is cut short is refused, and so is a socket that does not fit", () => {
    const { data } = commandIn(readyCommand("DEALER", Buffer.from("me")));
    expect(() => parseProperties(data.subarray(0, data.byteLength - 1))).toThrow(ZmtpProtocolError);
    expect(() => checkReady("SUB", data)).toThrow(/DEALER socket; a SUB socket/);
  });

  test("PONG gives the context of PING back without its time to live", () => {
    const { name, data } = commandIn(pongCommand(Buffer.from([0, 10, 1, 2, 3])));
    expect([name, data]).toEqual(["PONG", Buffer.from([1, 2, 3])]);
  });
});
