import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveMessage } from "../../api/live.ts";
import { ResultsReplica } from "../../client/results-replica.ts";
import type { OutputEdit } from "../../document/edits.ts";
import { NotebookResults, type WrittenResults } from "../../document/notebook-results.ts";
import { CellId } from "../../util/ids.ts";
import { ResultsFeed, type ResultsTurn } from "./results-feed.ts";

const all = (): boolean => true;
const a = CellId.of("a");

function turnOf({ edits, after, version }: WrittenResults): ResultsTurn {
  return { after, version, edits, text: JSON.stringify({ type: "results", after, version, edits }) };
}

function deliver(replica: ResultsReplica, texts: readonly string[]): void {
  for (const text of texts) {
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === "results" || message.type === "results-state") replica.receive(message);
  }
}

test("a client that is lost and comes back, also to another server, ends with what the server has", () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ write: fc.constantFrom("a", "b", "c"), text: fc.string() }) },
    { weight: 1, arbitrary: fc.constant({ cut: true } as const) },
    { weight: 1, arbitrary: fc.constant({ join: true } as const) },
    { weight: 1, arbitrary: fc.constant({ slow: true } as const) },
    { weight: 1, arbitrary: fc.constant({ anotherServer: true } as const) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let source = { results: new NotebookResults(), epoch: "e0" };
      let [epochs, isSlow] = [0, false];
      const replica = new ResultsReplica();
      let feed: ResultsFeed | null = null;
      const join = (): void => {
        replica.connectionLost();
        const has = /results=(.*)$/.exec(replica.address("ws://x"))?.[1] ?? null;
        feed = new ResultsFeed(source, has);
        isSlow = false;
        deliver(replica, feed.greet());
        expect(replica.isWhole).toBe(true);
      };
      const listen = (): void => {
        source.results.onWrite((written) => {
          if (feed && !isSlow) deliver(replica, feed.turn(turnOf(written)));
        });
      };
      listen();
      for (const one of acts) {
        if ("write" in one) {
          const output = { output_type: "stream", name: "stdout", text: one.text } as const;
          source.results.write([{ type: "append-output", id: CellId.of(one.write), output }], null, all);
        } else if ("cut" in one) feed = null;
        else if ("join" in one) join();
        else if ("slow" in one) isSlow = true;
        else {
          feed = null;
          const next = new NotebookResults();
          next.set(source.results.entries(), 1, null);
          source = { results: next, epoch: `e${++epochs}` };
          listen();
        }
      }
      join();
      const seen = (results: NotebookResults): unknown =>
        ["a", "b", "c"].map((name) => results.of(CellId.of(name)));
      expect(seen(replica.results)).toEqual(seen(source.results));
    }),
    { numRuns: 500 },
  );
});

test("a newcomer is told that it has all, also when there is nothing", () => {
  const texts = new ResultsFeed({ results: new NotebookResults(), epoch: "e" }, null).greet();
  expect(texts.map((text) => JSON.parse(text))).toEqual([
    { type: "results-state", epoch: "e", version: 0, anew: true, isLast: true, cells: [] },
  ]);
});

test("many results come in several messages, none much bigger than its biggest cell", () => {
  const results = new NotebookResults();
  const output = { output_type: "stream", name: "stdout", text: "x".repeat(30_000) } as const;
  for (let n = 0; n < 20; n++)
    results.write([{ type: "append-output", id: CellId.of(`c${n}`), output }], null, all);
  const texts = new ResultsFeed({ results, epoch: "e" }, null).greet();
  expect(texts.length).toBe(10);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(64 * 1024);
  expect(texts.map((text) => (JSON.parse(text) as { isLast: boolean }).isLast).indexOf(true)).toBe(9);
  const replica = new ResultsReplica();
  deliver(replica, texts.slice(0, 5));
  expect(replica.isWhole).toBe(false);
  deliver(replica, texts.slice(5));
  expect(replica.results.of(a).outputs).toEqual([]);
  expect(replica.results.of(CellId.of("c19")).outputs).toHaveLength(1);
});

test("what runs where nobody looks is told when it has ended, or when somebody looks; what is looked at, always", () => {
  const names = ["a", "b", "c"];
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ write: fc.constantFrom(...names), text: fc.string() }) },
    { weight: 2, arbitrary: fc.record({ begin: fc.constantFrom(...names), keeps: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ end: fc.constantFrom(...names) }) },
    { weight: 1, arbitrary: fc.record({ clear: fc.constantFrom(...names) }) },
    { weight: 2, arbitrary: fc.record({ look: fc.option(fc.subarray(names)) }) },
    { weight: 1, arbitrary: fc.constant({ behind: true } as const) },
    { weight: 1, arbitrary: fc.constant({ back: true } as const) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 50 }), (acts) => {
      const source = { results: new NotebookResults(), epoch: "e" };
      const replica = new ResultsReplica();
      let feed = new ResultsFeed(source, null);
      deliver(replica, feed.greet());
      let looking = null as readonly string[] | null;
      let isBehind = false;
      let bytes = 0;
      source.results.onWrite((written) => {
        if (isBehind) return;
        const texts = feed.turn(turnOf(written));
        bytes = texts.join("").length;
        deliver(replica, texts);
      });
      const write = (edit: OutputEdit): void => void source.results.write([edit], null, all);
      for (const one of acts) {
        bytes = 0;
        if ("write" in one) {
          const output = { output_type: "stream", name: "stdout", text: one.text } as const;
          write({ type: "append-output", id: CellId.of(one.write), output });
          const isRunning = source.results.of(CellId.of(one.write)).executionState === "running";
          if (isRunning && looking?.includes(one.write) === false) expect(bytes).toBe(0);
        } else if ("begin" in one)
          write({ type: "begin-execution", id: CellId.of(one.begin), keepOutputs: one.keeps });
        else if ("end" in one) write({ type: "end-execution", id: CellId.of(one.end), executionCount: 1 });
        else if ("clear" in one) write({ type: "clear-outputs", id: CellId.of(one.clear) });
        else if ("look" in one) {
          looking = one.look;
          feed.look(looking === null ? null : new Set(looking));
          if (!isBehind) deliver(replica, feed.looked());
        } else if ("behind" in one) isBehind = true;
        else {
          // Either it has caught up, or it was lost and comes back.
          if (isBehind) deliver(replica, feed.catchUp());
          else {
            replica.connectionLost();
            feed = new ResultsFeed(source, /results=(.*)$/.exec(replica.address("ws://x"))?.[1] ?? null);
            feed.look(looking === null ? null : new Set(looking));
            deliver(replica, feed.greet());
          }
          isBehind = false;
        }
        if (isBehind) continue;
        for (const name of names) {
          const { executionState, outputs } = source.results.of(CellId.of(name));
          const seen = replica.results.of(CellId.of(name));
          expect(seen.executionState).toBe(executionState);
          if (executionState === "idle" || looking === null || looking.includes(name))
            expect(seen.outputs).toEqual(outputs);
        }
      }
    }),
    { numRuns: 3_000 },
  );
});
