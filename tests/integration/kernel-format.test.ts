/** Cells are formatted by what the kernel's own environment has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatSources } from "../../src/kernel/formatting/format-sources.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { aProvider, untilOutput } from "./kernel-support.ts";

const provider = aProvider();
let kernel: Kernel;

beforeAll(async () => {
  kernel = await provider.start({});
});
afterAll(() => provider.close());

async function format(
  ...sources: readonly string[]
): Promise<readonly (string | readonly [string, number | null])[]> {
  const told = await formatSources(kernel, sources);
  if (told.type !== "formatted") throw new Error(told.type);
  expect(told.formatter).toMatch(/^(?:black|ruff)/);
  return told.cells.map((cell) => ("source" in cell ? cell.source : [cell.error, cell.line]));
}

test("code is formatted; magics, shell lines and questions stay as they are", async () => {
  expect(
    await format(
      "x=1;y  =  {'a':1}",
      "%matplotlib   inline\nimport os\nfiles = !ls  -l\nif x :\n  !echo {x}  \\\n     more\n  print( x )\nprint??",
      "%%time\nx=1",
      "%%bash\nls   -l",
      "text = '''\n%not  a magic\n'''",
      "plot( x );",
      "await  f( )",
      "",
      "# only a remark",
    ),
  ).toEqual([
    'x = 1\ny = {"a": 1}',
    "%matplotlib   inline\nimport os\n\nfiles = !ls  -l\nif x:\n    !echo {x}  \\\n     more\n    print(x)\nprint??",
    "%%time\nx = 1",
    "%%bash\nls   -l",
    'text = """\n%not  a magic\n"""',
    "plot(x);",
    "await f()",
    "",
    "# only a remark",
  ]);
});

test("a syntax error is told with its line, and the others are formatted all the same", async () => {
  const [first, second, third] = await format("a=1", "b=1\nif b\n  c", "%%time\nx = (");
  expect(first).toBe("a = 1");
  expect(second).toEqual([expect.stringContaining("expected ':'"), 2]);
  expect(third?.[1]).toBe(2);
});

test("what is formatted already stays, also beside a cell that runs", async () => {
  const { seen, outcome } = untilOutput(
    kernel,
    "import time\nprint('on', flush=True)\ntime.sleep(30)",
    (message) => message.type === "stream",
  );
  await seen;
  expect(await format("x = 1", "y=2")).toEqual(["x = 1", "y = 2"]);
  await kernel.interrupt();
  await outcome;
});

test("other languages say that they are not", async () => {
  const bash = await provider.start({ specName: "bash" });
  expect(await formatSources(bash, ["ls"])).toEqual({ type: "unsupported", language: "bash" });
});
