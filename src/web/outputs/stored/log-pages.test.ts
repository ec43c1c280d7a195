import { expect, test } from "vitest";
import { LogPages, type ReadLines } from "./log-pages.ts";

/** A log that answers when the test says so. */
function aLog(total: number) {
  const asked: [number, number][] = [];
  const answers: (() => void)[] = [];
  const log = { total };
  const read: ReadLines = (from, to) =>
    new Promise((resolve) => {
      asked.push([from, to]);
      answers.push(() =>
        resolve({
          lines: Array.from(
            { length: Math.max(0, Math.min(to, log.total) - from) },
            (_, i) => `line ${from + i}`,
          ),
          total: log.total,
        }),
      );
    });
  const pages = new LogPages(read, total);
  const answer = async (): Promise<void> => {
    answers.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { pages, log, asked, answer };
}

test("what is looked at is read, and what was scrolled past is not", async () => {
  const { pages, asked, answer } = aLog(100_000);
  pages.want(0, 30);
  pages.want(50_000, 50_030);
  pages.want(99_950, 99_980);
  await answer();
  await answer();
  expect(asked).toEqual([
    [0, 200],
    [99_800, 100_000],
  ]);
  expect([pages.line(99_979), pages.line(50_010), pages.line(3)]).toEqual([
    "line 99979",
    undefined,
    "line 3",
  ]);
});

test("the end of a log that grows is read again, and shown until then", async () => {
  const { pages, log, asked, answer } = aLog(250);
  pages.want(240, 260);
  await answer();
  expect([pages.line(249), pages.line(250)]).toEqual(["line 249", undefined]);
  log.total = 300;
  pages.grow(300);
  pages.want(240, 260);
  expect(pages.line(249)).toBe("line 249");
  await answer();
  expect(pages.line(255)).toBe("line 255");
  expect(asked).toHaveLength(2);
});
