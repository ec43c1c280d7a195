import fc from "fast-check";
import * as encoding from "lib0/encoding";
import { expect, test } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import { writeSyncStep1, writeSyncStep2, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import {
  decodeAwareness,
  decodeFrame,
  encodeAwareness,
  encodeFrame,
  type LiveFrame,
  MalformedFrame,
} from "./live-frames.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const frames: fc.Arbitrary<LiveFrame> = fc.oneof(
  fc.record({ type: fc.constant("sync-step-1" as const), stateVector: bytes }),
  fc.record({ type: fc.constant("sync-step-2" as const), update: bytes }),
  fc.record({ type: fc.constant("update" as const), update: bytes }),
  fc.record({ type: fc.constant("awareness" as const), update: bytes }),
  fc.record({
    type: fc.constant("looking" as const),
    cells: fc.option(fc.array(fc.string({ unit: "grapheme" }))),
  }),
);

test("what was encoded is decoded", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    }),
  );
});

test("random bytes are read or refused, and never read beyond their end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
      const secret = new Uint8Array(4096).fill(83);
      secret.set(noise, 100);
      const view = secret.subarray(100, 100 + noise.length);
      for (const decode of [decodeFrame, decodeAwareness]) {
        try {
          const text = JSON.stringify(decode(view), (_key, value) =>
            value instanceof Uint8Array ? [...value] : value,
          );
          expect(text.match(/\b83\b/g)?.length ?? 0).toBeLessThanOrEqual(
            [...noise].filter((byte) => byte === 83).length,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrame);
        }
      }
    }),
  );
});

test("a cut frame is malformed", () => {
  const whole = encodeFrame({ type: "update", update: new Uint8Array(50) });
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeFrame(whole.subarray(0, length))).toThrow(MalformedFrame);
  }
  expect(() => decodeFrame(Uint8Array.of(7, 0))).toThrow(MalformedFrame);
  expect(() => decodeFrame(Uint8Array.of(0, 9, 0))).toThrow(MalformedFrame);
});

test("the frames are those of y-protocols", () => {
  const doc = new Y.Doc();
  doc.getText("t").insert(0, "hello");
  const theirs = (kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    write(encoder);
    return encoding.toUint8Array(encoder);
  };
  const stateVector = Y.encodeStateVector(doc);
  const update = Y.encodeStateAsUpdate(doc);
  expect(encodeFrame({ type: "sync-step-1", stateVector })).toEqual(theirs(0, (e) => writeSyncStep1(e, doc)));
  expect(encodeFrame({ type: "sync-step-2", update })).toEqual(theirs(0, (e) => writeSyncStep2(e, doc)));
  expect(encodeFrame({ type: "update", update })).toEqual(theirs(0, (e) => writeUpdate(e, update)));

  const awareness = new Awareness(doc);
  awareness.setLocalState({ name: "Ana ☕" });
  const state = encodeAwarenessUpdate(awareness, [doc.clientID]);
  const entries = decodeAwareness(state);
  expect(entries).toEqual([{ clientId: doc.clientID, clock: 1, state: '{"name":"Ana ☕"}' }]);
  expect(encodeAwareness(entries)).toEqual(state);

  const other = new Awareness(new Y.Doc());
  applyAwarenessUpdate(other, encodeAwareness(entries), "test");
  expect(other.getStates().get(doc.clientID)).toEqual({ name: "Ana ☕" });
  awareness.destroy();
  other.destroy();
});
