import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveMessage } from "../../api/live.ts";
import { ResultsReplica } from "../../client/results-replica.ts";
import { NotebookResults, type WrittenResults } from "../../document/notebook-results.ts";
import { CellId } from "../../util/ids.ts";
import { ResultsFeed, type ResultsTurn } from "./results-feed.ts";

const all = (): boolean => true;
const a = CellId.of("a");

function turnOf({ edits, after, version }: WrittenResults): ResultsTurn {
  return { after, version, text: JSON.stringify({ type: "results", after, version, edits }) };
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
