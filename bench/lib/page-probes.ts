/** What a page costs its browser: heap, frames, long tasks, bytes of script. */
import type { CDPSession, Page } from "playwright-core";

/** Megabytes of the page's JavaScript heap after a collection. */
export async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}

export interface FrameWatch {
  /** Of the frames since the last `forget`. */
  longestMs(): Promise<number>;
  longestEverMs(): Promise<number>;
  /** Frames that took longer, ever. */
  over(ms: number): Promise<number>;
  /** Drops what was seen since the last `forget`, and the frame that is under way. */
  forget(): Promise<void>;
  /** The nth part of all that are kept, in ms: `share` 0.95 is p95. */
  quantile(share: number): Promise<number>;
}

/** Has the page note how long each of its frames takes, from one to the next. */
export async function watchFrames(page: Page): Promise<FrameWatch> {
  await page.evaluate(() => {
    const watch = { kept: [] as number[], recent: [] as number[], before: 0 };
    Object.assign(window, { __frames: watch });
    const frame = (now: number): void => {
      if (watch.before > 0) watch.recent.push(now - watch.before);
      watch.before = now;
      if (watch.recent.length > 10_000) watch.kept.push(...watch.recent.splice(0, 5_000));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  interface Kept {
    readonly kept: number[];
    readonly recent: number[];
  }
  const frames = (): Promise<Kept> =>
    page.evaluate(() => {
      const { kept, recent } = Reflect.get(window, "__frames");
      return { kept, recent };
    });
  const all = async (): Promise<readonly number[]> => {
    const { kept, recent } = await frames();
    return [...kept, ...recent];
  };
  const longest = (values: readonly number[]): number =>
    values.reduce((most, value) => Math.max(most, value), 0);
  return {
    longestMs: async () => longest((await frames()).recent),
    longestEverMs: async () => longest(await all()),
    over: async (ms) => (await all()).filter((value) => value > ms).length,
    forget: () =>
      page.evaluate(() => {
        const watch = Reflect.get(window, "__frames");
        // Only what stutters is kept: an hour has two hundred thousand frames.
        watch.kept.push(...watch.recent.filter((value: number) => value > 50));
        watch.recent = [];
        watch.before = 0;
      }),
    quantile: async (share) => {
      const sorted = [...(await all())].sort((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    },
  };
}
