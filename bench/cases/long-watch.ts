/** A page that stays open beside a pipeline that writes all the time: does it grow, does it stutter. */
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openBrowser } from "../lib/browser.ts";
import type { Bench } from "../lib/case.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { heapOf, watchFrames } from "../lib/page-probes.ts";
import { startServer } from "../lib/server.ts";

const SECONDS = 3_600;
const WRITES_A_SECOND = 20;
/** What a page loads and caches at the first looks is not growth. */
const WARM_UP_MS = 60_000;
const LOOK_EVERY_MS = 60_000;

/** A line each time, and a bar chart that is redrawn in place. */
const pipeline = (writes: number): string => `import time
from IPython.display import HTML, display
began = time.monotonic()
chart = display(HTML("starting"), display_id=True)
for step in range(${writes}):
    loss = 1 / (1 + step / 500)
    print(f"step {step} loss {loss:.6f}")
    bars = "".join(f'<div style="width:{(step * k) % 97}%">epoch {step} metric {k}</div>' for k in range(8))
    chart.update(HTML(bars))
    time.sleep(max(0, began + (step + 1) / ${WRITES_A_SECOND} - time.monotonic()))
print("the end")`;

export const longWatch: Bench = {
  name: "long-watch",
  async run({ folder, scale, say }) {
    const seconds = Math.max(120, Math.round(SECONDS * scale));
    const input = writeNotebook(path.join(folder, "long.ipynb"), [
      "lr = 0.1",
      pipeline(seconds * WRITES_A_SECOND),
    ]);
    const server = await startServer(path.join(folder, "state"), folder);
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await tab.goto(server.addressOf(path.basename(input)));
      await tab.getByText("monotonic").first().waitFor();
      const probe = await tab.context().newCDPSession(tab);
      const run = server.run(input, { type: "in-place" }, { lookEveryMs: 5_000 });
      const ended = run.then(() => true);
      await Promise.race([wait(WARM_UP_MS), run]);
      const afterMinute = await heapOf(probe);
      let atFirst = afterMinute;
      const frames = await watchFrames(tab);
      let most = 0;
      let looks = 0;
      while (!(await Promise.race([ended, wait(LOOK_EVERY_MS, false)]))) {
        const longest = await frames.longestMs();
        const heap = await heapOf(probe);
        // The collection that we ask for stops the page; that frame is ours.
        await frames.forget();
        // What was read for the first view is let go within the first minutes.
        if (looks++ < 3) atFirst = Math.min(atFirst, heap);
        else most = Math.max(most, heap);
        say(
          `heap ${heap.toFixed(1)} MB (at first ${atFirst.toFixed(1)}), longest frame ${longest.toFixed(0)} ms`,
        );
      }
      const last = await heapOf(probe);
      return {
        title: `A page open for ${Math.round(seconds / 60)} minutes`,
        how: `Beside a pipeline that prints a line and redraws a chart ${WRITES_A_SECOND} times a second. Heap: of the page's JavaScript after a collection, from one minute after the start; looked at every minute. Frames: the time from one to the next as the page sees it.`,
        head: ["", "figure", "goal"],
        rows: [
          ["heap after a minute, MB", afterMinute.toFixed(1), ""],
          ["the lowest of the first minutes, MB", atFirst.toFixed(1), ""],
          ["at the end, MB", last.toFixed(1), ""],
          ["growth from there at the most, MB", (Math.max(most, last) - atFirst).toFixed(1), "≤ 5"],
          ["longest frame, ms", (await frames.longestEverMs()).toFixed(0), "≤ 100"],
          ["frames over 100 ms", String(await frames.over(100)), "0"],
        ],
      };
    } finally {
      await browser.close();
      await server.close();
    }
  },
};
