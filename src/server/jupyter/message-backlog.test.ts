import fc from "fast-check";
import { expect, test } from "vitest";
import { copied, MessageBacklog } from "./message-backlog.ts";
import type { WireMessage } from "./wire.ts";

const TYPES = ["status", "stream", "display_data", "execute_reply", "error"] as const;

function aMessage(id: number, type: string, size = 10): WireMessage {
  const parentHeader = Buffer.from(JSON.stringify({ msg_id: `parent-${id}` }));
  const [header, metadata, content] = [Buffer.from("{}"), Buffer.from("{}"), Buffer.alloc(size)];
  return {
    ...{ channel: type.endsWith("_reply") ? "shell" : "iopub", id: String(id), type },
    ...{ header, parentHeader, metadata, content, buffers: [] },
  };
}

function drained(backlog: MessageBacklog): WireMessage[] {
  const all: WireMessage[] = [];
  for (let next = backlog.shift(); next; next = backlog.shift()) all.push(next);
  return all;
}

test("keeps order, drops only what it must, and tells how much", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...TYPES), fc.nat(300)), { maxLength: 200 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 600, max: 5_000 }),
      (sent, messages, bytes) => {
        const backlog = new MessageBacklog({ messages, bytes });
        for (const [index, [type, size]] of sent.entries()) backlog.add(aMessage(index, type, size));
        const dropped = backlog.takeDropped();
        const kept = drained(backlog);
        const ids = kept.map(({ id }) => Number(id));
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
        expect(kept.length + (dropped?.messages ?? 0)).toBe(sent.length);
        expect(kept.length).toBeLessThanOrEqual(messages);
        expect(backlog.isEmpty).toBe(true);
      },
    ),
  );
});

test("output goes first, oldest first; how it began and ended stays", () => {
  const backlog = new MessageBacklog({ messages: 4, bytes: 1e6 });
  const types = ["status", "stream", "stream", "stream", "execute_reply", "status"];
  for (const [index, type] of types.entries()) backlog.add(aMessage(index, type));
  expect(backlog.takeDropped()).toMatchObject({
    messages: 2,
    parentHeader: Buffer.from('{"msg_id":"parent-2"}'),
  });
  expect(drained(backlog).map(({ id }) => id)).toEqual(["0", "3", "4", "5"]);
});

test("what is taken out in between does not come again", () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.constantFrom(...TYPES), { nil: null }), { maxLength: 100 }),
      (steps) => {
        const backlog = new MessageBacklog({ messages: 5, bytes: 1e6 });
        const taken: number[] = [];
        let next = 0;
        for (const step of steps) {
          if (step !== null) backlog.add(aMessage(next++, step));
          else {
            const id = backlog.shift()?.id;
            if (id !== undefined) taken.push(Number(id));
          }
        }
        taken.push(...drained(backlog).map(({ id }) => Number(id)));
        expect(new Set(taken).size).toBe(taken.length);
        expect(backlog.hasAnswers).toBe(false);
        expect(taken.length + (backlog.takeDropped()?.messages ?? 0)).toBe(next);
      },
    ),
  );
});

test("a copy does not change with what it was read from", () => {
  const message = aMessage(1, "stream");
  message.content.fill(7);
  const copy = copied(message);
  message.content.fill(0);
  expect(copy.content[0]).toBe(7);
});
