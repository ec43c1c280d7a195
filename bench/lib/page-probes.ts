/** What a page costs its browser: heap, frames, long tasks, bytes of script. */
import type { CDPSession, Page } from "playwright-core";
import { quantile } from "./statistics.ts";

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
    quantile: async (share) => quantile(await all(), share),
  };
}

/** @returns bytes of JavaScript so far, as they came over the wire. Ask before the page is opened. */
export async function countScripts(session: CDPSession): Promise<() => number> {
  const scripts = new Set<string>();
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script" || /javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

const QUIET_MS = 3_000;
const QUIET_LIMIT_MS = 60_000;

/** Ask before the page is opened. */
export async function watchMainThread(page: Page): Promise<{
  /** Until the end of the last task of over 50 ms, from the page's start; waits until there was none for a while. */
  quietMs(): Promise<number>;
}> {
  await page.addInitScript(() => {
    const watch = { lastMs: 0 };
    Object.assign(window, { __tasks: watch });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) watch.lastMs = startTime + duration;
    }).observe({ type: "longtask", buffered: true });
  });
  return {
    async quietMs() {
      for (;;) {
        const { lastMs, nowMs } = await page.evaluate(() => ({
          lastMs: Reflect.get(window, "__tasks").lastMs as number,
          nowMs: performance.now(),
        }));
        if (nowMs - lastMs > QUIET_MS) return lastMs;
        if (nowMs > QUIET_LIMIT_MS) return nowMs;
        await page.waitForTimeout(200);
      }
    },
  };
}

/** Has the page note, for each key from now on, the time from the press to the end of the frame that shows it. */
export async function typingLatencies(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const taken: number[] = [];
    Object.assign(window, { __typed: taken });
    const note = ({ timeStamp }: Event): void => {
      // A message after the frame's callbacks comes when the frame has been drawn.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => taken.push(performance.now() - timeStamp);
        channel.port2.postMessage(null);
      });
    };
    const before = Reflect.get(window, "__noteKey");
    if (before) removeEventListener("keydown", before, { capture: true });
    Object.assign(window, { __noteKey: note });
    addEventListener("keydown", note, { capture: true });
  });
  return () => page.evaluate(() => Reflect.get(window, "__typed") as number[]);
}
