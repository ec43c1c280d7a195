import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../util/json.ts";
import type { OutgoingMessage } from "./message.ts";
import { MalformedMessageError, WireCodec } from "./wire-codec.ts";

const now = (): Date => new Date("2026-01-02T03:04:05Z");
const codec = new WireCodec({ key: "secret", session: "s", username: "u", now });

function frames(parts: readonly Uint8Array[]): Buffer[] {
  return parts.map((part) => Buffer.from(part));
}

/** A message as a kernel would send it, its four JSON frames given as text. */
function signed(...json: string[]): Buffer[] {
  const parts = json.map((text) => Buffer.from(text));
  const hmac = createHmac("sha256", "secret");
  for (const part of parts) hmac.update(part);
  return [Buffer.from("topic"), Buffer.from("<IDS|MSG>"), Buffer.from(hmac.digest("hex")), ...parts];
}

const jsonObject = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

describe("wire codec", () => {
  test("any message comes back as it was, whatever routing ids stand before it", () => {
    const message = fc.record({
      id: fc.string({ unit: "grapheme" }),
      type: fc.string(),
      content: jsonObject,
      metadata: jsonObject,
      parent: fc.string(),
      buffers: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(message, fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 2 }), (sent, routing) => {
        const parentHeader = { msg_id: sent.parent };
        const wire = codec.encode({ ...sent, parentHeader });
        const received = codec.decode(frames([...routing, ...wire]));
        expect(received.id).toBe(sent.id);
        expect(received.type).toBe(sent.type);
        expect(received.parentId).toBe(sent.parent);
        expect(received.content()).toEqual(sent.content);
        expect(received.metadata()).toEqual(sent.metadata);
        expect(received.buffers.map((buffer) => [...buffer])).toEqual(
          sent.buffers.map((buffer) => [...buffer]),
        );
        expect(received.frames().map((frame) => JSON.parse(Buffer.from(frame).toString()))).toEqual([
          received.header(),
          parentHeader,
          sent.metadata,
          sent.content,
        ]);
      }),
    );
  });

  test("the header says who, when, which version and which subshell", () => {
    const message: OutgoingMessage = { id: "m", type: "execute_request", content: {}, subshellId: "sub" };
    expect(codec.decode(frames(codec.encode(message))).header()).toEqual({
      msg_id: "m",
      session: "s",
      username: "u",
      date: "2026-01-02T03:04:05.000Z",
      msg_type: "execute_request",
      version: "5.4",
      subshell_id: "sub",
    });
  });

  test("one changed byte anywhere in what is signed is noticed", () => {
    const wire = frames(codec.encode({ id: "m", type: "t", content: { a: 1 } }));
    for (const index of [2, 3, 4, 5]) {
      const forged = wire.map((part) => Buffer.from(part));
      const part = forged[index];
      if (part === undefined) throw new Error("a message has six frames");
      part[0] = (part[0] ?? 0) ^ 1;
      expect(() => codec.decode(forged)).toThrow(MalformedMessageError);
    }
    const unsigned = [...wire];
    unsigned[1] = Buffer.alloc(0);
    expect(() => codec.decode(unsigned)).toThrow(/not signed/);
  });

  test("without a key nothing is signed or checked", () => {
    const open = new WireCodec({ key: "", session: "s", username: "u" });
    const wire = frames(open.encode({ id: "m", type: "t", content: {} }));
    expect(wire[1]?.byteLength).toBe(0);
    expect(open.decode(wire).type).toBe("t");
  });

  test("numbers that JSON has not become null, texts that look like them stay", () => {
    const content = '{"loss": NaN, "max": -Infinity, "text": "NaN, \\"Infinity\\"", "list": [1, Infinity]}';
    const message = codec.decode(signed('{"msg_type": "stream"}', "{}", "{}", content));
    expect(message.content()).toEqual({ loss: null, max: null, text: 'NaN, "Infinity"', list: [1, null] });
  });

  test("what is no object is an empty one; what is no message is refused", () => {
    const message = codec.decode(signed('{"msg_type": "stream"}', "null", "[]", "not json"));
    expect([message.parentId, message.metadata(), message.content()]).toEqual([null, {}, {}]);
    expect(() => codec.decode([Buffer.from("x")])).toThrow(/lacks frames/);
    expect(() => codec.decode(signed("{}", "{}", "{}", "{}"))).toThrow(/no type/);
  });
});
