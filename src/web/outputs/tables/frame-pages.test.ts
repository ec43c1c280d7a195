import { expect, test, vi } from "vitest";
import type { FrameAnswer } from "../../../api/frames.ts";
import { FramePages } from "./frame-pages.ts";

const pageOf = (from: number, to: number, shown = 1_000): FrameAnswer => ({
  ...{ type: "page", name: "df", library: "pandas", rows: shown, columns: 1, shown, index: [], names: [""] },
  ...{ header: [], columnsFrom: 0, from },
  cells: Array.from({ length: Math.max(0, Math.min(to, shown) - from) }, (_, at) => [String(from + at)]),
});

test("what is looked at is asked for once, block by block", async () => {
  const read = vi.fn(async (from: number, to: number) => pageOf(from, to));
  const pages = new FramePages(read);
  pages.want(150, 220);
  await vi.waitFor(() => expect(pages.row(219)).toEqual(["219"]));
  expect(pages.row(150)).toEqual(["150"]);
  pages.want(160, 210);
  expect(read.mock.calls).toEqual([
    [100, 200],
    [200, 300],
  ]);
});

test("what was scrolled past while a block came is not asked for", async () => {
  const gates: (() => void)[] = [];
  const read = vi.fn(async (from: number, to: number) => {
    await new Promise<void>((open) => gates.push(open));
    return pageOf(from, to);
  });
  const pages = new FramePages(read);
  for (const at of [0, 300, 500, 900]) pages.want(at, at + 20);
  gates.shift()?.();
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  gates.shift()?.();
  await vi.waitFor(() => expect(pages.row(905)).toEqual(["905"]));
  expect(read.mock.calls.map(([from]) => from)).toEqual([0, 900]);
});

test("a refusal ends it and is told", async () => {
  const pages = new FramePages(async () => ({ type: "gone" }));
  const told = vi.fn();
  pages.subscribe(told);
  pages.want(0, 10);
  await vi.waitFor(() => expect(told).toHaveBeenCalled());
  expect(pages.problem).toEqual({ type: "gone" });
});
