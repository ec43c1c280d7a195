/** What a kernel holds is told beside whatever runs, without running anything of the person's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { type KernelVariable, readVariables } from "../../src/kernel/variables/read-variables.ts";
import { aProvider, execute, printed, untilOutput } from "./kernel-support.ts";

const provider = aProvider();
let kernel: Kernel;

beforeAll(async () => {
  kernel = await provider.start({});
});
afterAll(() => provider.close());

async function variables(): Promise<ReadonlyMap<string, KernelVariable>> {
  const told = await readVariables(kernel);
  if (told.type !== "variables") throw new Error(told.type);
  return new Map(told.variables.map((one) => [one.name, one]));
}
async function run(code: string): Promise<string> {
  const { outputs, outcome } = await execute(kernel, code);
  expect(outcome.type).toBe("ok");
  return printed(outputs);
}

test("names, types, sides, sizes and short values", async () => {
  await run(`
import datetime, enum, pathlib
from collections import namedtuple
from dataclasses import dataclass
import numpy as np, pandas as pd

@dataclass
class Point:
    x: float
    y: float

class Model:
    def __init__(self):
        self.depth = 3
        self._hidden = 1

Pair = namedtuple("Pair", "left right")
Colour = enum.Enum("Colour", "RED GREEN")
def train(model, rate=0.1, *, steps): pass

lr = 0.1
text = "two\\nlines " + "x" * 1000
many = list(range(1000))
deep = {"a": [1, {"b": (2, [3])}]}
array = np.zeros((30, 40), dtype="float32")
frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
point, model, pair, colour = Point(1, 2.5), Model(), Pair(1, "r"), Colour.RED
day, here = datetime.date(2026, 1, 2), pathlib.Path("/data")
big = 10 ** 5000
`);
  const all = await variables();
  const short = (name: string) => {
    const { type, shape, value, sort } = all.get(name) ?? {};
    return [type, shape, value, sort];
  };
  expect(short("lr")).toEqual(["float", null, "0.1", "value"]);
  expect(short("many")).toEqual(["list", [1000], "[0, 1, 2, 3, 4, 5, 6, 7, …]", "value"]);
  expect(short("deep")).toEqual(["dict", [1], "{'a': [1, {'b': …}]}", "value"]);
  expect(short("array")).toEqual([
    "numpy.ndarray",
    [30, 40],
    expect.stringMatching(/^float32 \[0\.0, .*…\]$/),
    "value",
  ]);
  expect(all.get("array")?.bytes).toBe(4800);
  expect(short("frame").slice(0, 2)).toEqual(["pandas.DataFrame", [3, 2]]);
  expect(all.get("frame")?.value).toMatch(/^'a': int64, 'b': /);
  expect(short("point")).toEqual(["Point", null, "Point(x=1, y=2.5)", "value"]);
  expect(short("model")[2]).toBe("Model(depth=3)");
  expect(short("pair")[2]).toBe("Pair(left=1, right='r')");
  expect(short("colour")[2]).toBe("Colour.RED");
  expect([short("day")[2], short("here")[2]]).toEqual(["datetime.date(2026, 1, 2)", "PosixPath('/data')"]);
  expect(short("train")).toEqual(["function", null, "train(model, rate, steps)", "function"]);
  expect([short("Point")[3], short("np")[3]]).toEqual(["class", "module"]);
  expect(all.get("text")?.value.length).toBeLessThanOrEqual(160);
  expect(all.get("text")?.value.startsWith("'two\\nlines xxx")).toBe(true);
  expect(all.get("big")?.value).toBe("about 2**16609");
  expect(["In", "Out", "exit", "get_ipython", "_"].filter((name) => all.has(name))).toEqual([]);
});

test("hostile objects run nothing, and cost no more than others", async () => {
  await run(`
import time
ran = []
class Meta(type):
    def __getattribute__(cls, name): ran.append("meta"); time.sleep(60)
class Hostile(metaclass=Meta):
    def __repr__(self): ran.append("repr"); time.sleep(60)
    __str__ = __len__ = __sizeof__ = __iter__ = __bool__ = __hash__ = __repr__
    def __getattribute__(self, name): ran.append("get"); time.sleep(60)
    __class__ = property(lambda self: ran.append("class") or time.sleep(60))
class Row(dict):
    def items(self): ran.append("items"); time.sleep(60)
hostile, row = Hostile(), Row(a=1)
nested = [hostile, {"k": hostile}, row]
loop = []; loop.append(loop)
bad = "\\ud800 alone"
`);
  const before = performance.now();
  const all = await variables();
  expect(performance.now() - before).toBeLessThan(8000);
  expect(all.get("hostile")?.value).toBe("Hostile object");
  expect(all.get("row")?.type).toBe("Row");
  expect(all.get("loop")?.value).toBe("[[[…]]]");
  expect(all.get("bad")?.value).toContain("alone");
  expect((await run("print(ran)")).trim()).toBe("[]");
});

test("beside a cell that runs, and without a trace", async () => {
  await run("7\n");
  await execute(kernel, "41 + 1");
  const count = Number(await run("print(len(In))"));
  const { seen, outcome } = untilOutput(
    kernel,
    "step = 1\nprint('on', flush=True)\nwhile 'stop' not in globals() and step < 3000:\n    step += 1; time.sleep(0.01)",
    (message) => message.type === "stream",
  );
  await seen;
  const first = Number((await variables()).get("step")?.value);
  await expect.poll(async () => Number((await variables()).get("step")?.value)).toBeGreaterThan(first);
  await kernel.interrupt();
  await outcome;
  expect(await run("print(len(In) - 2, _, [name for name in globals() if 'loopbook' in name])")).toBe(
    `${count} 42 []\n`,
  );
});

test("figures that a cell is drawing stay its own", async () => {
  await run("import sys, types\nfrom IPython import get_ipython\nflushed = []");
  await run("get_ipython().events.register('post_execute', lambda: flushed.append(1))");
  const before = await run("print(len(flushed))");
  await variables();
  await variables();
  // One for each cell of ours that ran since, none for the questions between.
  expect(Number(await run("print(len(flushed))"))).toBe(Number(before) + 1);
});

test("names that the person took do not matter; other languages say so", async () => {
  await run("type = len = repr = list = sys = json = None\nlr = 3");
  expect((await variables()).get("lr")?.value).toBe("3");
  const bash = await provider.start({ specName: "bash" });
  expect(await readVariables(bash)).toEqual({ type: "unsupported", language: "bash" });
});
