import { expect, test } from "vitest";
import { decodeAwareness, encodeAwareness, MalformedFrame } from "../../api/live-frames.ts";
import type { Party } from "../../people/party.ts";
import { AwarenessRelay } from "./awareness-relay.ts";

const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const say = (clientId: number, clock: number, state: unknown): Uint8Array =>
  encodeAwareness([{ clientId, clock, state: JSON.stringify(state) }]);
const heard = (update: Uint8Array | null): unknown[] =>
  update === null
    ? []
    : decodeAwareness(update).map(({ clientId, clock, state }) => [clientId, clock, JSON.parse(state)]);

test("the others hear what is new, and a newcomer hears of everybody who is there", () => {
  const relay = new AwarenessRelay();
  const [a, b] = [{}, {}];
  expect(heard(relay.receive(say(1, 1, { cellId: "x" }), a, ana))).toEqual([[1, 1, { cellId: "x" }]]);
  expect(heard(relay.receive(say(2, 5, {}), b, ana))).toEqual([[2, 5, {}]]);
  expect(heard(relay.receive(say(1, 1, { cellId: "old" }), a, ana))).toEqual([]);
  expect(heard(relay.everybody())).toEqual([
    [1, 1, { cellId: "x" }],
    [2, 5, {}],
  ]);
});

test("whoever leaves is taken out, once", () => {
  const relay = new AwarenessRelay();
  const [a, b] = [{}, {}];
  relay.receive(say(1, 3, {}), a, ana);
  relay.receive(say(2, 1, {}), b, ana);
  expect(heard(relay.leave(a))).toEqual([[1, 3, null]]);
  expect(heard(relay.leave(a))).toEqual([]);
  expect(heard(relay.everybody())).toEqual([[2, 1, {}]]);
});

test("a client that said goodbye may come back over the same connection", () => {
  const relay = new AwarenessRelay();
  const a = {};
  relay.receive(say(1, 3, {}), a, ana);
  expect(heard(relay.receive(say(1, 3, null), a, ana))).toEqual([[1, 3, null]]);
  expect(heard(relay.everybody())).toEqual([]);
  expect(heard(relay.receive(say(1, 4, { back: true }), a, ana))).toEqual([[1, 4, { back: true }]]);
  expect(heard(relay.leave(a))).toEqual([[1, 4, null]]);
});

test("nobody speaks for another", () => {
  const relay = new AwarenessRelay();
  const [a, b] = [{}, {}];
  relay.receive(say(1, 1, { mine: true }), a, ana);
  expect(relay.receive(say(1, 9, null), b, ana)).toBeNull();
  expect(relay.receive(say(1, 9, { mine: false }), b, ana)).toBeNull();
  expect(heard(relay.everybody())).toEqual([[1, 1, { mine: true }]]);
});

test("who somebody is comes from the connection, not from their word", () => {
  const relay = new AwarenessRelay();
  const claimed = {
    party: { kind: "pipeline", who: "root", using: "phone", displayName: "A." },
    mode: "editing",
  };
  expect(heard(relay.receive(say(1, 1, claimed), {}, ana))).toEqual([
    [1, 1, { party: { kind: "person", who: "ana", using: "phone", displayName: "A." }, mode: "editing" }],
  ]);
});

test("whose name was given to them is shown by that name, whatever they say", () => {
  const relay = new AwarenessRelay();
  const says = [
    { party: { who: "root", using: "phone", displayName: "The boss" }, user: { name: "The boss" } },
    { user: { username: "root", display_name: "The boss" } },
  ];
  for (const [id, claimed] of says.entries()) {
    const [news] = heard(relay.receive(say(id, 1, claimed), {}, ana, true)) as [number, number, unknown][];
    expect(news?.[2]).toMatchObject({ party: { who: "ana", displayName: "Ana" } });
    expect(JSON.stringify(news)).not.toContain("boss");
  }
});

test("states that are too big or no JSON are malformed, and a connection cannot fill the room", () => {
  const relay = new AwarenessRelay();
  const a = {};
  expect(() => relay.receive(say(1, 1, "x".repeat(5_000)), a, ana)).toThrow(MalformedFrame);
  expect(() => relay.receive(encodeAwareness([{ clientId: 1, clock: 1, state: "{" }]), a, ana)).toThrow(
    MalformedFrame,
  );
  for (let id = 0; id < 50; id++) relay.receive(say(id, 1, {}), a, ana);
  expect(heard(relay.everybody())).toHaveLength(8);
});
