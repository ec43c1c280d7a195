import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeMessage,
  type Frame,
  FrameDecoder,
  frameHeader,
  MAX_FRAME_BYTES,
  ZmtpProtocolError,
} from "./frames.ts";

function decodeInPieces(wire: Buffer, cuts: readonly number[]): Frame[] {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  let at = 0;
  for (const cut of [...new Set(cuts.map((cut) => cut % (wire.byteLength + 1)))].sort((a, b) => a - b)) {
    decoder.push(wire.subarray(at, cut), (frame) => frames.push(frame));
    at = cut;
  }
  decoder.push(wire.subarray(at), (frame) => frames.push(frame));
  return frames;
}

const messages = fc.array(fc.array(fc.uint8Array({ maxLength: 700 }), { minLength: 1, maxLength: 6 }), {
  maxLength: 8,
});

describe("frames", () => {
  test("any messages, cut anywhere, come out as they went in", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 40 }), (sent, cuts) => {
        const wire = Buffer.concat(sent.flatMap((parts) => encodeMessage(parts)));
        const received: Buffer[][] = [];
        let parts: Buffer[] = [];
        for (const frame of decodeInPieces(wire, cuts)) {
          expect(frame.command).toBe(false);
          parts.push(frame.body);
          if (frame.more) continue;
          received.push(parts);
          parts = [];
        }
        expect(parts).toEqual([]);
        expect(received).toEqual(sent.map((message) => message.map((part) => Buffer.from(part))));
      }),
    );
  });

  test("one byte at a time", () => {
    const body = Buffer.alloc(300, 7);
    const wire = Buffer.concat(encodeMessage([Buffer.from("a"), body]));
    const frames = decodeInPieces(wire, [...wire.keys()]);
    expect(frames.map((frame) => frame.body)).toEqual([Buffer.from("a"), body]);
    expect(frames.map((frame) => frame.more)).toEqual([true, false]);
  });

  test("a body of 255 bytes has a short size, one of 256 a long one", () => {
    expect(frameHeader(255)).toEqual(Buffer.from([0, 255]));
    expect(frameHeader(256)).toEqual(Buffer.from([2, 0, 0, 0, 0, 0, 0, 1, 0]));
  });

  test("a big body is written without a copy", () => {
    const body = Buffer.alloc(100_000);
    expect(encodeMessage([body]).at(-1)?.buffer).toBe(body.buffer);
  });

  test("reserved flags and sizes over the limit are refused", () => {
    const decoder = new FrameDecoder();
    expect(() => decoder.push(Buffer.from([0x80, 0]), () => {})).toThrow(ZmtpProtocolError);
    const huge = frameHeader(MAX_FRAME_BYTES + 1);
    expect(() => new FrameDecoder().push(huge, () => {})).toThrow(/larger than the limit/);
  });
});
