/** A displayed DataFrame is paged, sorted and filtered in the kernel that made it, also while a cell runs there. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namesIn, shapeIn } from "../../src/kernel/frames/find-names.ts";
import { type FrameAnswer, type FrameView, lookAtFrame } from "../../src/kernel/frames/look-at-frame.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { aProvider, execute, PYTHON, printed, untilOutput } from "./kernel-support.ts";

const provider = aProvider();
let kernel: Kernel;

beforeAll(async () => {
  kernel = await provider.start({});
  await execute(kernel, "import numpy as np, pandas as pd\nrng = np.random.default_rng(7)");
});
afterAll(() => provider.close());

interface Shown {
  readonly html: string;
  readonly count: number | null;
  readonly source: string;
}

/** Runs a cell, and gives the HTML that it displayed last. */
async function show(source: string): Promise<Shown> {
  const { outputs, outcome } = await execute(kernel, source);
  expect(outcome.type).toBe("ok");
  for (const output of outputs.toReversed()) {
    if (output.type === "execute_result" || output.type === "display_data") {
      const count = output.type === "execute_result" ? output.executionCount : null;
      return { html: String(output.data["text/html"]), count, source };
    }
  }
  throw new Error("nothing was displayed");
}

function look({ html, count, source }: Shown, view: Partial<FrameView> = {}): Promise<FrameAnswer> {
  const frame = { digest: sourceHash(html), count, names: namesIn(source), shape: shapeIn(html) };
  return lookAtFrame(kernel, frame, {
    ...{
      sort: [],
      filters: [],
      search: "",
      from: 0,
      to: 3,
      columns: [0, 200] as const,
      asIs: false,
      text: null,
    },
    ...view,
  });
}

async function pageOf(shown: Shown, view: Partial<FrameView> = {}) {
  const answer = await look(shown, view);
  if (answer.type !== "page") throw new Error(JSON.stringify(answer));
  return answer;
}

const filter = (
  column: number,
  op: FrameView["filters"][number]["op"],
  value: string | null = null,
  to: string | null = null,
) => ({ column, op, value, to }) as const;

const MILLION = [
  "n = 1_000_000",
  "big = pd.DataFrame({'id': np.arange(n), 'score': rng.normal(size=n), 'kind': np.array(['fox', 'owl', 'bear'])[np.arange(n) % 3]})",
  "big",
].join("\n");

describe("a million rows", () => {
  let shown: Shown;
  beforeAll(async () => {
    shown = await show(MILLION);
  });

  test("are paged anywhere, with what their columns are", async () => {
    const page = await pageOf(shown, { from: 999_998, to: 1_000_100 });
    expect(page).toMatchObject({
      rows: 1_000_000,
      columns: 3,
      shown: 1_000_000,
      from: 999_998,
      library: "pandas",
    });
    expect(page.header.map(({ kind }) => kind)).toEqual(["number", "number", "text"]);
    expect(page.cells.map((row) => [row[0], row[1], row[3]])).toEqual([
      ["999998", "999998", "bear"],
      ["999999", "999999", "fox"],
    ]);
    expect(page.cells[0]?.[2]).toMatch(/^-?\d\.\d{6}$/);
  });

  test("are sorted as numbers, by several columns, and filtered, in little time", async () => {
    const beganMs = performance.now();
    const page = await pageOf(shown, {
      sort: [
        { column: 2, descending: false },
        { column: 0, descending: true },
      ],
      filters: [filter(0, "between", "9", "20"), filter(2, "ne", "owl")],
    });
    expect(page.shown).toBe(8);
    expect(page.cells.map((row) => [row[1], row[3]])).toEqual([
      ["20", "bear"],
      ["17", "bear"],
      ["14", "bear"],
    ]);
    expect((await pageOf(shown, { filters: [filter(2, "contains", "OW")] })).shown).toBe(333_333);
    expect((await pageOf(shown, { search: "Bear" })).cells[0]?.[1]).toBe("2");
    expect(performance.now() - beganMs).toBeLessThan(30_000);
  });

  test("are written as text in full precision, piece by piece", async () => {
    const text = await look(shown, { text: "csv", from: 0, to: 2, filters: [filter(2, "eq", "owl")] });
    expect(text).toMatchObject({ type: "text", to: 2, shown: 333_333 });
    const [head, first, second] = (text.type === "text" ? text.text : "").split("\n");
    expect(head).toBe("id,score,kind");
    expect(first).toMatch(/^1,-?\d+\.\d{10,},owl$/);
    expect(second).toMatch(/^4,/);
    const later = await look(shown, { text: "tsv", from: 2, to: 3 });
    expect(later).toMatchObject({ text: expect.stringMatching(/^2\t[^\t]+\tbear\n$/) });
  });

  test("are paged while a cell runs, which goes on undisturbed, with its open figure", async () => {
    await execute(kernel, "%matplotlib inline\nimport matplotlib.pyplot as plt\ndone = False");
    const drawing = "figure, axes = plt.subplots()\naxes.plot([1, 2])\nprint('drawn')";
    const { seen, outcome } = untilOutput(
      kernel,
      `${drawing}\nimport time\nwhile not done: time.sleep(0.02)\nfigures = len(plt.get_fignums())`,
      (message) => message.type === "stream",
    );
    await seen;
    expect(kernel.state).toBe("busy");
    expect((await pageOf(shown, { from: 500_000, to: 500_001 })).cells[0]?.[1]).toBe("500000");
    await pageOf(shown, { sort: [{ column: 1, descending: true }] });
    expect(kernel.state).toBe("busy");
    await execute(kernel, "from IPython import get_ipython; globals().update(done=True)", {
      lane: "subshell",
    });
    expect((await outcome).type).toBe("ok");
    expect(printed((await execute(kernel, "print(figures)")).outputs)).toBe("1\n");
  });
});

test("nothing of ours is in the person's namespace, history or counts", async () => {
  const shown = await show("small = pd.DataFrame({'a': range(100)})\nsmall");
  const before = printed(
    (await execute(kernel, "print(sorted(k for k in globals() if not k.startswith('_')))")).outputs,
  );
  await pageOf(shown);
  const { outputs } = await execute(
    kernel,
    "print(sorted(k for k in globals() if not k.startswith('_')))\nprint(In[-2])",
  );
  expect(printed(outputs).startsWith(before)).toBe(true);
  expect(printed(outputs)).toContain("print(sorted(");
});

test("a frame that was displayed by name is found, and never another one that has its name", async () => {
  const shown = await show("named = pd.DataFrame({'a': range(200), 'b': 1.5})\ndisplay(named)\nNone");
  expect(shown.count).toBeNull();
  expect((await pageOf(shown)).name).toBe("named");
  await execute(kernel, "named = pd.DataFrame({'z': range(5)})");
  expect(await look(shown)).toEqual({ type: "changed", name: "named", rows: 5, columns: 1 });
  expect((await pageOf(shown, { asIs: true })).header[0]?.labels).toEqual(["z"]);
  await execute(kernel, "del named");
  expect(await look(shown)).toEqual({ type: "gone" });
});

test("a frame that was changed in its place is not what is shown", async () => {
  const shown = await show("moving = pd.DataFrame({'moves': range(100)})\nmoving");
  expect((await pageOf(shown)).cells[0]).toEqual(["0", "0"]);
  await execute(kernel, "moving.loc[0, 'moves'] = 77");
  expect((await look(shown)).type).toBe("changed");
});

test("MultiIndex headers and indexes keep their levels, and a level of the index sorts", async () => {
  const shown = await show(
    [
      "index = pd.MultiIndex.from_product([['x', 'y'], range(50)], names=['group', 'n'])",
      "columns = pd.MultiIndex.from_tuples([('m', 'lo'), ('m', 'hi')], names=['what', None])",
      "pd.DataFrame(np.arange(200).reshape(100, 2), index=index, columns=columns)",
    ].join("\n"),
  );
  const page = await pageOf(shown, { sort: [{ column: -2, descending: true }], from: 0, to: 2 });
  expect(page.index.map(({ labels }) => labels[0])).toEqual(["group", "n"]);
  expect(page.names).toEqual(["what", ""]);
  expect(page.header.map(({ labels }) => labels)).toEqual([
    ["m", "lo"],
    ["m", "hi"],
  ]);
  expect(page.cells).toEqual([
    ["x", "49", "98", "99"],
    ["y", "49", "198", "199"],
  ]);
});

test("all kinds of columns are read, sorted and filtered", async () => {
  const shown = await show(
    [
      "kinds = pd.DataFrame({",
      "  'when': pd.date_range('2026-01-01', periods=100, tz='UTC'), 'yes': [True, False] * 50,",
      "  'maybe': pd.array([1, None] * 50, dtype='Int64'), 'cat': pd.Categorical(['b', 'a'] * 50),",
      "  'mixed': [1, 'two'] * 50, 'text': ['line\\nbreak', '<b>'] * 50, 'tiny': [1e-9, float('nan')] * 50,",
      "  'twice': 1, 'took': pd.to_timedelta(range(100), unit='min')})",
      "kinds.columns = [*kinds.columns[:-2], 'text', 'took']",
      "kinds",
    ].join("\n"),
  );
  const page = await pageOf(shown, { to: 2 });
  expect(page.header.map(({ kind }) => kind)).toEqual([
    ...["time", "bool", "number", "text", "text", "text", "number", "number", "duration"],
  ]);
  expect(page.cells[1]).toEqual([
    ...["1", "2026-01-02 00:00:00+00:00", "False", "<NA>", "a", "two", "<b>", "NaN", "1", "0 days 00:01:00"],
  ]);
  expect(page.cells[0]?.slice(6, 8)).toEqual(["line\\nbreak", "1.000000e-09"]);
  const shownWith = async (...filters: FrameView["filters"]) => (await pageOf(shown, { filters })).shown;
  expect(await shownWith(filter(0, "ge", "2026-04-01"))).toBe(10);
  expect(await shownWith(filter(1, "eq", "true"))).toBe(50);
  expect(await shownWith(filter(2, "missing"))).toBe(50);
  expect(await shownWith(filter(2, "gt", "0"))).toBe(50);
  expect(await shownWith(filter(3, "eq", "a"))).toBe(50);
  expect(await shownWith(filter(8, "lt", "5 min"))).toBe(5);
  expect(await look(shown, { filters: [filter(2, "gt", "many")] })).toEqual({
    type: "refused",
    reason: "value",
  });
  for (let column = -1; column < 9; column++) {
    const sorted = await pageOf(shown, { sort: [{ column, descending: true }], to: 100 });
    expect(new Set(sorted.cells.map(([index]) => index)).size).toBe(100);
  }
});

test("what a request says is never run", async () => {
  const shown = await show("safe = pd.DataFrame({'a': ['x'] * 100})\nsafe");
  const nasty = "\"); open('/tmp/loopbook-hacked', 'w') #\u2028\n'''\\";
  expect((await pageOf(shown, { filters: [filter(0, "contains", nasty)], search: nasty })).shown).toBe(0);
  expect((await pageOf(shown, { search: "😀" })).shown).toBe(0);
  const { outputs } = await execute(kernel, "import os; print(os.path.exists('/tmp/loopbook-hacked'))");
  expect(printed(outputs)).toBe("False\n");
});

const hasPolars = (() => {
  try {
    execFileSync(PYTHON, ["-c", "import polars"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.runIf(hasPolars)("polars frames are paged, sorted and filtered as well", async () => {
  const shown = await show(
    [
      "import polars as pl, datetime as dt",
      "pl.DataFrame({'n': range(1000), 'x': [i / 8 for i in range(1000)], 's': ['Ab', None] * 500,",
      "  'd': [dt.date(2026, 1, 1) + dt.timedelta(i) for i in range(1000)], 'b': [True, False] * 500})",
    ].join("\n"),
  );
  const page = await pageOf(shown, { sort: [{ column: 1, descending: true }], to: 1 });
  expect(page).toMatchObject({ library: "polars", rows: 1000, columns: 5, index: [] });
  expect(page.cells).toEqual([["999", "124.875", "null", "2028-09-26", "False"]]);
  const shownWith = async (...filters: FrameView["filters"]) => (await pageOf(shown, { filters })).shown;
  expect(await shownWith(filter(2, "contains", "ab"))).toBe(500);
  expect(await shownWith(filter(2, "missing"))).toBe(500);
  expect(await shownWith(filter(3, "lt", "2026-01-11"))).toBe(10);
  expect(await shownWith(filter(4, "eq", "true"), filter(0, "between", "10", "19"))).toBe(5);
  expect((await pageOf(shown, { search: "124.875" })).shown).toBe(1);
  expect(await look(shown, { text: "csv", to: 1 })).toMatchObject({
    text: "n,x,s,d,b\n0,0.0,Ab,2026-01-01,true\n",
  });
});
