import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { concatBytes, encodeFact, encodeRow, encodeShape } from "../../telemetry/log-codec.ts";
import type { PlacedFact, RunTelemetry, SeriesView } from "../../telemetry/telemetry-store.ts";
import { RunId } from "../../util/ids.ts";
import { FileTelemetry, type FileTelemetryOptions } from "./file-telemetry.ts";

const runId = RunId.of("run_0123456789");

function aHome(): string {
  const home = mkdtempSync(join(tmpdir(), "loopbook-telemetry-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function aStore(home: string, more: Partial<FileTelemetryOptions> = {}): FileTelemetry {
  const store = new FileTelemetry({
    stateFolder: home,
    durability: "process",
    commitBytes: 64 * 1024,
    ...more,
  });
  onTestFinished(() => store.close());
  return store;
}

interface Point {
  readonly time: number;
  readonly step: number | null;
  readonly value: number;
}

/** Batches of rows, as a sender ships them. */
async function send(run: RunTelemetry, points: readonly Point[], batch = 2_000): Promise<void> {
  let offset = run.received().w ?? 0;
  if (offset === 0) offset = (await run.append("w", 0, encodeShape(0, ["loss"]))).received;
  for (let at = 0; at < points.length; at += batch) {
    const rows = points
      .slice(at, at + batch)
      .map(({ time, step, value }) => encodeRow(0, time, step, [value]));
    offset = (await run.append("w", offset, concatBytes(rows))).received;
  }
}

const finite = (points: readonly Point[]): number[] =>
  points.map(({ value }) => value).filter((value) => Number.isFinite(value));

/** What anybody would compute from all points. */
function checkView(
  view: SeriesView | null,
  points: readonly Point[],
  from: number,
  to: number,
  places: number,
): void {
  const inside = points.filter(({ step }) => step !== null && step >= from && step <= to);
  expect(view?.total).toBe(inside.length);
  if (view === null) return;
  expect(view.x.length).toBeLessThanOrEqual(places);
  expect([...view.x]).toEqual([...view.x].sort((a, b) => a - b));
  const values = finite(inside);
  const extremes = (list: readonly number[]): unknown => [Math.min(...list), Math.max(...list)];
  expect(extremes([...view.min, ...view.max].filter((value) => !Number.isNaN(value)))).toEqual(
    extremes(values),
  );
  const kinds = new Set(
    inside.filter(({ value }) => !Number.isFinite(value)).map(({ value }) => String(value)),
  );
  expect(new Set(view.notFinite.map(({ value }) => value))).toEqual(kinds);
  // Each place has exactly what lies between it and the next one.
  const isSorted = inside.every((point, at) => at === 0 || (inside[at - 1]?.step ?? 0) < (point.step ?? 0));
  if (!isSorted) return;
  for (let at = 0; at < view.x.length; at++) {
    const own = inside.filter(
      ({ step }) =>
        (step ?? 0) >= (view.x[at] ?? 0) && (step ?? 0) < (view.x[at + 1] ?? Number.POSITIVE_INFINITY),
    );
    const ownValues = finite(own);
    expect([view.min[at], view.max[at]]).toEqual(
      ownValues.length > 0 ? extremes(ownValues) : [Number.NaN, Number.NaN],
    );
  }
}

const aValue = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e9) },
);

test("any range of a series says what all its points say, from memory, blocks and levels", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aValue, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.constantFrom("rising", "restarted", "some without"),
      fc.array(fc.tuple(fc.nat(60_000), fc.nat(60_000), fc.integer({ min: 1, max: 300 })), {
        minLength: 3,
        maxLength: 3,
      }),
      async (values, count, kind, ranges) => {
        const home = aHome();
        const store = aStore(home);
        const points = Array.from({ length: count }, (_, at): Point => {
          const step = kind === "restarted" && at > count / 2 ? at - Math.floor(count / 3) : at;
          const hasNone = kind === "some without" && at % 7 === 3;
          return {
            time: 1.7e9 + at / 8,
            step: hasNone ? null : step,
            value: values[(at * 31) % values.length] ?? 0,
          };
        });
        const run = await store.open(runId);
        await send(run, points);
        for (const [one, other, places] of ranges) {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          checkView(
            await run.read({ name: "loss", axis: "step", from, to, points: places }),
            points,
            from,
            to,
            places,
          );
        }
        const all = await run.read({ name: "loss", axis: "step", points: 500 });
        checkView(all, points, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 500);
        const before = [run.series(), run.troubles()];
        await store.close();
        const again = await aStore(home).open(runId);
        expect([again.series(), again.troubles()]).toEqual(before);
        expect(await again.read({ name: "loss", axis: "step", points: 500 })).toMatchObject({
          total: all?.total,
        });
        const read: number[] = [];
        for await (const { value } of again.points("loss") ?? []) read.push(...value);
        expect(read).toEqual(points.map(({ value }) => value));
      },
    ),
    { numRuns: 12 },
  );
});

test("points of a training run take at most 12 bytes each on disk, and the journal is cut behind them", async () => {
  const home = aHome();
  const store = aStore(home, { commitBytes: 1024 * 1024 });
  const run = await store.open(runId);
  let seed = 1;
  const noise = (): number => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
  const points = Array.from({ length: 200_000 }, (_, at) => ({
    time: 1.7e9 + at * 0.05 + noise() * 0.002,
    step: at,
    value: 2 * Math.exp(-at / 40_000) + 0.1 * noise(),
  }));
  await send(run, points, 20_000);
  await store.release(runId);
  const names = readdirSync(join(home, "telemetry", runId));
  expect(names.filter((name) => name.startsWith("journal"))).toEqual([]);
  const again = await store.open(runId);
  expect(again.sizeBytes() / points.length).toBeLessThan(12);
});

test("with full resolution given up, levels still show every spike", async () => {
  const home = aHome();
  const store = aStore(home, { commitBytes: 1024 * 1024 });
  const run = await store.open(runId);
  const points = Array.from({ length: 100_000 }, (_, at) => ({
    time: at,
    step: at,
    value: at === 54_321 ? 999 : at % 10,
  }));
  await send(run, points, 20_000);
  await store.release(runId);
  rmSync(join(home, "telemetry", runId, "points.0"));
  const again = await store.open(runId);
  const view = await again.read({ name: "loss", axis: "step", points: 300 });
  expect([view?.total, Math.max(...(view?.max ?? []))]).toEqual([100_000, 999]);
  const near = await again.read({ name: "loss", axis: "step", from: 54_000, to: 55_000, points: 2_000 });
  expect(Math.max(...(near?.max ?? []))).toBe(999);
});

test("lines and facts are the same from chunks as from memory", async () => {
  const home = aHome();
  const store = aStore(home);
  const run = await store.open(runId);
  const facts = Array.from({ length: 5_000 }, (_, at) =>
    at % 1_000 === 7
      ? { type: "output" as const, time: at, stream: "stdout" as const, text: `a\nb ${at}\n` }
      : {
          type: "log" as const,
          time: at,
          level: at === 4_321 ? ("error" as const) : ("info" as const),
          text: `line ${at}`,
        },
  );
  let offset = 0;
  const ends: number[] = [];
  for (let at = 0; at < facts.length; at += 500) {
    const records = facts.slice(at, at + 500).map(encodeFact);
    for (const { byteLength } of records) ends.push((ends.at(-1) ?? 0) + byteLength);
    offset = (await run.append("w", offset, concatBytes(records))).received;
  }
  const look = async (from: RunTelemetry): Promise<unknown> => [
    await from.logs.read({ from: 2_500, limit: 3 }),
    await from.logs.read({ from: 0, limit: 10, levels: ["error"] }),
    await from.logs.read({ from: 0, limit: 10, search: "LINE 4999" }),
    await from.logs.read({ from: -3, limit: 10, template: from.logs.templates().at(-1)?.id ?? -1 }),
    from.logs.counts(),
    from.logs.templates(),
  ];
  const before = await look(run);
  expect(before).toMatchObject([
    { matching: 5_005 },
    { matching: 1 },
    { lines: [{ text: "line 4999" }] },
    {},
    { error: 1 },
    {},
  ]);
  await store.close();
  const again = await aStore(home).open(runId);
  expect(await look(again)).toEqual(before);
  const heard: PlacedFact[] = [];
  again.onFact({ w: ends[99] ?? 0 }, (some) => heard.push(...some));
  await vi.waitFor(() => expect(heard).toHaveLength(4_900), 20_000);
  expect(heard.map(({ fact }) => fact)).toEqual(facts.slice(100));
});

test("who is over the quota is told, and what was there stays", async () => {
  const home = aHome();
  const store = aStore(home, { quota: { totalBytes: 200_000, freeBytes: 0 } });
  const run = await store.open(runId);
  const points = Array.from({ length: 2_000 }, (_, at) => ({ time: at, step: at, value: at }));
  await send(run, points);
  await expect(send(run, [...points, ...points, ...points, ...points], 8_000)).rejects.toMatchObject({
    code: "telemetry-full",
    retry: true,
  });
  expect(run.series()).toEqual([expect.objectContaining({ count: 2_000 })]);
});
