import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../util/json.ts";
import { decodeWire, encodeWire, MalformedWireMessage, type Protocol, type WireMessage } from "./wire.ts";

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), "utf8");
/** A number that JSON writes as it is read (no `-0`). */
const jsonObject = fc
  .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const header = { msg_id: "a1", msg_type: "comm_msg", session: "s" };
const message: WireMessage = {
  ...{ channel: "shell", id: "a1", type: "comm_msg" },
  header: json(header),
  parentHeader: json({}),
  metadata: json({}),
  content: json({ x: 1 }),
  buffers: [Buffer.of(0, 1, 2), Buffer.of(), Buffer.of(255)],
};

function decoded(protocol: Protocol, sent: WireMessage) {
  const frame = encodeWire(protocol, sent);
  return decodeWire(protocol, Buffer.from(frame), typeof frame !== "string");
}

describe.each<Protocol>(["default", "v1"])("the %s protocol", (protocol) => {
  test("gives any message back as it was", () => {
    fc.assert(
      fc.property(
        fc.record({
          parts: fc.tuple(jsonObject, jsonObject, jsonObject, jsonObject),
          buffers: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
          channel: fc.constantFrom("shell" as const, "control" as const, "stdin" as const),
        }),
        ({ parts, buffers, channel }) => {
          const [head, parentHeader, metadata, content] = parts;
          const wire: WireMessage = {
            ...{ channel, id: "i", type: "t", buffers },
            header: json(head),
            parentHeader: json(parentHeader),
            metadata: json(metadata),
            content: json(content),
          };
          const back = decoded(protocol, wire);
          expect(back.channel).toBe(channel);
          expect(back.message.header).toEqual(head);
          expect(back.message.parentHeader).toEqual(parentHeader);
          expect(back.message.metadata).toEqual(metadata);
          expect(back.message.content).toEqual(content);
          expect(back.message.buffers.map((buffer) => [...buffer])).toEqual(
            buffers.map((buffer) => [...buffer]),
          );
        },
      ),
    );
  });

  test("refuses whatever is no message, and reads nothing outside of the frame", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isBinary) => {
        expect(() => decodeWire(protocol, Buffer.from(bytes), isBinary)).toThrow(MalformedWireMessage);
      }),
    );
  });

  test("refuses a frame that was cut or whose offsets were changed, or reads it as some message", () => {
    const frame = Buffer.from(encodeWire(protocol, message));
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const broken = isCut ? frame.subarray(0, at) : Buffer.from(frame);
        if (!isCut) broken[at] = value;
        try {
          const { message: read } = decodeWire(protocol, broken, true);
          const size = read.buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
          expect(size).toBeLessThanOrEqual(frame.length);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedWireMessage);
        }
      }),
    );
  });
});

/** Written by jupyter_server 2.21.1. */
describe("what a Jupyter server writes", () => {
  test("is read with its buffers in the default protocol", () => {
    const frame =
      "0000000400000014000000a6000000a9000000a97b22686561646572223a207b226d73675f6964223a20226131222c20226d73675f74797065223a2022636f6d6d5f6d7367222c202273657373696f6e223a202273227d2c2022706172656e745f686561646572223a207b7d2c20226d65746164617461223a207b7d2c2022636f6e74656e74223a207b2278223a20317d2c20226368616e6e656c223a20227368656c6c227d000102ff";
    const back = decodeWire("default", Buffer.from(frame, "hex"), true);
    expect(back).toEqual(decoded("default", message));
    expect(back.message).toMatchObject({ header, content: { x: 1 }, metadata: {} });
  });

  test("is what we write in v1, byte for byte", () => {
    const frame =
      "0900000000000000500000000000000055000000000000008d000000000000008f000000000000009e00000000000000a600000000000000a900000000000000a900000000000000aa000000000000007368656c6c7b226d73675f6964223a20226131222c20226d73675f74797065223a2022636f6d6d5f6d7367222c202273657373696f6e223a202273227d7b7d7b226b223a20225c7530306539227d7b2278223a20317d000102ff";
    const asPythonWrites: WireMessage = {
      ...message,
      header: Buffer.from('{"msg_id": "a1", "msg_type": "comm_msg", "session": "s"}'),
      metadata: Buffer.from('{"k": "\\u00e9"}'),
      content: Buffer.from('{"x": 1}'),
    };
    expect(Buffer.from(encodeWire("v1", asPythonWrites)).toString("hex")).toBe(frame);
  });

  test("names the message beside its header, and has no channel of its own for IOPub alone", () => {
    const text = encodeWire("default", { ...message, channel: "iopub", buffers: [] });
    expect(JSON.parse(text as string)).toEqual({
      channel: "iopub",
      msg_id: "a1",
      msg_type: "comm_msg",
      header,
      parent_header: {},
      metadata: {},
      content: { x: 1 },
      buffers: [],
    });
  });
});

test("a client that names no channel, or leaves parts out, is understood", () => {
  const sparse = json({ header, content: null });
  expect(decodeWire("default", sparse, false)).toEqual({
    channel: "shell",
    message: expect.objectContaining({ header, parentHeader: {}, metadata: {}, content: {}, buffers: [] }),
  });
});

test("nobody sends on IOPub", () => {
  const frame = encodeWire("default", { ...message, channel: "iopub", buffers: [] });
  expect(() => decodeWire("default", Buffer.from(frame), false)).toThrow(MalformedWireMessage);
});
