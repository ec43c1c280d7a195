import fc from "fast-check";
import { expect, test } from "vitest";
import { EditCount } from "./edit-count.ts";

test("an edit counts until the frame that brings it is acknowledged", () => {
  const edits = new EditCount();
  const heard: number[] = [];
  edits.onChange((left) => heard.push(left));
  edits.made();
  edits.sent();
  edits.made();
  edits.made();
  edits.sent();
  expect(edits.unacknowledged).toBe(3);
  edits.acknowledge(1);
  expect(edits.unacknowledged).toBe(2);
  edits.acknowledge(2);
  expect(heard).toEqual([1, 2, 3, 2, 0]);
});

test("what an old connection did not acknowledge, the next one must", () => {
  const edits = new EditCount();
  edits.made();
  edits.sent();
  edits.connectionLost();
  edits.acknowledge(0);
  expect(edits.unacknowledged).toBe(1);
  edits.made();
  // All that the server lacks, in one frame.
  edits.sent();
  edits.acknowledge(1);
  expect(edits.unacknowledged).toBe(0);
});

test("whatever happens, no edit is acknowledged that was in no acknowledged frame", () => {
  const act = fc.oneof(
    fc.constant("made" as const),
    fc.constant("sent" as const),
    fc.constant("lost" as const),
    fc.nat({ max: 5 }),
  );
  fc.assert(
    fc.property(fc.array(act, { size: "medium" }), (acts) => {
      const edits = new EditCount();
      let made = 0;
      let frames: number[] = [];
      let durable = 0;
      for (const one of acts) {
        if (one === "made") {
          made++;
          edits.made();
        } else if (one === "sent") {
          frames.push(made);
          edits.sent();
        } else if (one === "lost") {
          frames = [];
          edits.connectionLost();
        } else {
          durable = Math.max(durable, frames[Math.min(one, frames.length) - 1] ?? 0);
          edits.acknowledge(one);
        }
        expect(edits.unacknowledged).toBe(made - durable);
      }
    }),
  );
});

test("a server that never acknowledges costs a bounded amount, and is believed when it does", () => {
  const edits = new EditCount();
  for (let edit = 0; edit < 25_000; edit++) {
    edits.made();
    edits.sent();
  }
  edits.acknowledge(24_999);
  expect(edits.unacknowledged).toBe(1);
});
