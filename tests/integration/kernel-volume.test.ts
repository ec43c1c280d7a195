import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IopubMessage, Kernel } from "../../src/kernel/kernel.ts";
import { aProvider, execute, printed } from "./kernel-support.ts";

describe("much output", () => {
  const provider = aProvider();
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await provider.start({});
  });
  afterAll(() => provider.close());

  test("100,000 printed lines arrive whole", async () => {
    const { outputs } = await execute(kernel, "for i in range(100_000): print(i)");
    const lines = printed(outputs).split("\n");
    expect(lines).toHaveLength(100_001);
    expect(lines[99_999]).toBe("99999");
  });

  const displayMany = "from IPython.display import display\nfor i in range(10_000): display(i)";
  const shown = (outputs: readonly IopubMessage[]): unknown[] =>
    outputs.map((message) => (message.type === "display_data" ? message.data["text/plain"] : message.type));
  const wanted = Array.from({ length: 10_000 }, (_, index) => String(index));

  test("10,000 displays of one cell arrive, in order", async () => {
    const { outputs } = await execute(kernel, displayMany);
    expect(shown(outputs)).toEqual(wanted);
  });

  test("also when this process does nothing but compute for two seconds meanwhile", async () => {
    const outputs: IopubMessage[] = [];
    let firstAt = 0;
    await kernel.execute(
      { code: displayMany },
      {
        onOutput: (message) => {
          if (message.type === "display_data") outputs.push(message);
          if (firstAt !== 0) return;
          firstAt = performance.now();
          while (performance.now() - firstAt < 2_000);
        },
      },
    );
    expect(shown(outputs)).toEqual(wanted);
  });

  test("one output of 20 MB, and a large source", async () => {
    const { outputs } = await execute(kernel, "print('ä' * 10_000_000)");
    expect(printed(outputs)).toBe(`${"ä".repeat(10_000_000)}\n`);
    const big = "x".repeat(2_000_000);
    const { outcome } = await execute(kernel, `len('${big}')`, { silent: true, userExpressions: { n: "1" } });
    expect(outcome.type).toBe("ok");
  });
});
