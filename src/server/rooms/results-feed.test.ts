import fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveMessage } from "../../api/live.ts";
import { ResultsReplica } from "../../client/results-replica.ts";
import { NO_RESULTS } from "../../document/cell-results.ts";
import type { OutputEdit } from "../../document/edits.ts";
import { NotebookResults, type WrittenResults } from "../../document/notebook-results.ts";
import { CellId } from "../../util/ids.ts";
import { ResultsFeed, type ResultsTurn } from "./results-feed.ts";

const all = (): boolean => true;
const noOrder = { cellIds: () => [] };
const a = CellId.of("a");

function turnOf({ edits, after, version }: WrittenResults): ResultsTurn {
  return { after, version, edits, text: JSON.stringify({ type: "results", after, version, edits }) };
}

/** All that it is told at once and by and by. */
function withMore(feed: ResultsFeed, texts: readonly string[]): string[] {
  const told = [...texts];
  for (let text = feed.more(); text !== null; text = feed.more()) told.push(text);
  return told;
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
      let source = { results: new NotebookResults(), epoch: "e0", ...noOrder };
      let [epochs, isSlow] = [0, false];
      const replica = new ResultsReplica();
      let feed: ResultsFeed | null = null;
      const join = (): void => {
        replica.connectionLost();
        const has = /results=(.*)$/.exec(replica.address("ws://x"))?.[1] ?? null;
        feed = new ResultsFeed(source, has);
        isSlow = false;
        deliver(replica, withMore(feed, feed.greet()));
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
          source = { results: next, epoch: `e${++epochs}`, ...noOrder };
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
  const texts = new ResultsFeed({ results: new NotebookResults(), epoch: "e", ...noOrder }, null).greet();
  expect(texts.map((text) => JSON.parse(text))).toEqual([
    { type: "results-state", epoch: "e", version: 0, anew: true, isLast: true, cells: [] },
  ]);
});

test("many results come in several messages, none much bigger than its biggest cell", () => {
  const results = new NotebookResults();
  const output = { output_type: "stream", name: "stdout", text: "x".repeat(30_000) } as const;
  for (let n = 0; n < 20; n++)
    results.write([{ type: "append-output", id: CellId.of(`c${n}`), output }], null, all);
  const feed = new ResultsFeed({ results, epoch: "e", ...noOrder }, null);
  const texts = withMore(feed, feed.greet());
  // One of these cells fills the first, two each other one.
  expect(texts.length).toBe(11);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(64 * 1024);
  expect(texts.map((text) => (JSON.parse(text) as { isLast: boolean }).isLast).indexOf(true)).toBe(10);
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
      const source = { results: new NotebookResults(), epoch: "e", ...noOrder };
      const replica = new ResultsReplica();
      let feed = new ResultsFeed(source, null);
      deliver(replica, withMore(feed, feed.greet()));
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
          if (isBehind) deliver(replica, withMore(feed, feed.catchUp()));
          else {
            replica.connectionLost();
            feed = new ResultsFeed(source, /results=(.*)$/.exec(replica.address("ws://x"))?.[1] ?? null);
            feed.look(looking === null ? null : new Set(looking));
            deliver(replica, withMore(feed, feed.greet()));
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

test("while a newcomer is told by and by, what is written, ended, cleared and looked at meanwhile comes once and in order", () => {
  const names = ["a", "b", "c", "d"];
  const ids = names.map(CellId.of);
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ write: fc.constantFrom(...ids), text: fc.string() }) },
    { weight: 2, arbitrary: fc.record({ begin: fc.constantFrom(...ids), keeps: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ end: fc.constantFrom(...ids) }) },
    { weight: 1, arbitrary: fc.record({ clear: fc.constantFrom(...ids) }) },
    { weight: 2, arbitrary: fc.record({ look: fc.option(fc.subarray(names)) }) },
    { weight: 4, arbitrary: fc.constant({ turn: true } as const) },
    { weight: 4, arbitrary: fc.constant({ more: true } as const) },
    { weight: 1, arbitrary: fc.constant({ join: true } as const) },
    { weight: 1, arbitrary: fc.constant({ anotherServer: true } as const) },
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      let source = { results: new NotebookResults(), epoch: "e0", cellIds: () => ids };
      let epochs = 0;
      const replica = new ResultsReplica();
      let looking: readonly string[] | null = null;
      let waiting: WrittenResults[] = [];
      let feed = new ResultsFeed(source, null);
      const join = (): void => {
        replica.connectionLost();
        const has = /results=(.*)$/.exec(replica.address("ws://x"))?.[1] ?? null;
        feed = new ResultsFeed(source, has, { first: 1, more: 1 });
        deliver(replica, feed.greet());
        if (looking === null) return;
        feed.look(new Set(looking));
        deliver(replica, feed.looked());
      };
      const listen = (): void => void source.results.onWrite((written) => waiting.push(written));
      // As a room tells what was written in one turn of the event loop.
      const turn = (): void => {
        const [first] = waiting;
        const last = waiting.at(-1);
        if (!first || !last) return;
        const edits = waiting.flatMap((written) => written.edits);
        waiting = [];
        deliver(replica, feed.turn(turnOf({ edits, after: first.after, version: last.version })));
        for (const { id, type } of edits) {
          // The message that says so comes right behind.
          if (type === "end-execution" && source.results.of(id).executionState === "idle")
            expect(replica.results.of(id)).toEqual(source.results.of(id));
        }
      };
      const start = (): void => {
        const output = { output_type: "stream", name: "stdout", text: "before" } as const;
        for (const id of ids) source.results.write([{ type: "append-output", id, output }], null, all);
        listen();
        join();
      };
      start();
      const write = (edit: OutputEdit): void => void source.results.write([edit], null, all);
      for (const one of acts) {
        if ("write" in one) {
          const output = { output_type: "stream", name: "stdout", text: one.text } as const;
          write({ type: "append-output", id: one.write, output });
        } else if ("begin" in one) write({ type: "begin-execution", id: one.begin, keepOutputs: one.keeps });
        else if ("end" in one) write({ type: "end-execution", id: one.end, executionCount: 1 });
        else if ("clear" in one) write({ type: "clear-outputs", id: one.clear });
        else if ("look" in one) {
          looking = one.look;
          feed.look(looking === null ? null : new Set(looking));
          deliver(replica, feed.looked());
          const seen = looking ?? [];
          for (const id of waiting.length === 0 ? seen.map(CellId.of) : []) {
            const has = source.results.of(id);
            if (has !== NO_RESULTS) expect(replica.results.of(id)).toEqual(has);
          }
        } else if ("turn" in one) turn();
        else if ("more" in one) {
          const text = feed.more();
          if (text !== null) deliver(replica, [text]);
        } else if ("join" in one) {
          turn();
          join();
        } else {
          turn();
          const next = new NotebookResults();
          next.set(source.results.entries(), 1, null);
          // One of its cells is gone.
          if (epochs % 2 === 0) next.forget(new Set([CellId.of("d")]), null);
          source = { results: next, epoch: `e${++epochs}`, cellIds: () => ids };
          listen();
          join();
        }
      }
      turn();
      feed.look(null);
      deliver(replica, withMore(feed, feed.looked()));
      expect(replica.isWhole).toBe(true);
      for (const id of ids) expect(replica.results.of(id)).toEqual(source.results.of(id));
    }),
    {
      numRuns: 3_000,
      // A beginning between what is held back and what clears it.
      examples: [
        [
          [
            { look: ["b", "c", "d"] },
            { write: CellId.of("d"), text: "" },
            { begin: CellId.of("d"), keeps: true },
            { look: [] },
            { clear: CellId.of("d") },
          ],
        ],
      ],
    },
  );
});

test("an original that is another one: what was shown stays until it is told anew", () => {
  const output = { output_type: "stream", name: "stdout", text: "x" } as const;
  const entry = (id: string) => ({ ...NO_RESULTS, id: CellId.of(id), outputs: [output] });
  const replica = new ResultsReplica();
  const told = (epoch: string, cells: string[], anew: boolean, isLast: boolean): void =>
    replica.receive({
      type: "results-state",
      epoch,
      version: 1,
      whole: 0,
      cells: cells.map(entry),
      anew,
      isLast,
    });
  told("e1", ["a", "b", "c"], true, true);
  told("e2", ["a"], true, false);
  expect(replica.results.of(CellId.of("b")).outputs).toHaveLength(1);
  told("e2", ["b"], false, true);
  expect(replica.results.of(CellId.of("b")).outputs).toHaveLength(1);
  expect(replica.results.of(CellId.of("c")).outputs).toHaveLength(0);
});
