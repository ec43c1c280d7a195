/** From the key press to the visible result, with everything warm. */
import path from "node:path";
import { openBrowser } from "../lib/browser.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { measure } from "../lib/process.ts";
import { raw } from "../lib/runners.ts";
import { startServer } from "../lib/server.ts";
import { median, summary } from "../lib/statistics.ts";

const PRESSES = 30;
/** Each execution shows another number, so that a new result cannot be taken for the old one. */
const CODE = "n = globals().get('n', 1000) + 1\nn";

export const page: Bench = {
  name: "page",
  async run({ folder, times, say }) {
    const input = writeNotebook(path.join(folder, "press.ipynb"), [CODE]);
    const alone = writeNotebook(
      path.join(folder, "alone.ipynb"),
      Array.from({ length: PRESSES }, () => CODE),
    );
    const server = await startServer(path.join(folder, "state"), folder);
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(server.addressOf(path.basename(input)));
      await tab.getByText("globals()").first().click();
      let shown = 1000;
      const press = async (): Promise<number> => {
        shown += 1;
        const seen = tab.evaluate(whenShown, String(shown));
        await tab.keyboard.press("Control+Enter");
        return seen;
      };
      // The first ones start the kernel and warm its paths.
      for (let warmUp = 0; warmUp < 5; warmUp += 1) await press();
      const results = await inTurns(
        [
          {
            name: "kernel alone",
            async work() {
              const { stdout } = await measure(raw.command(alone, path.join(folder, "out.ipynb")));
              return (JSON.parse(stdout).cells / PRESSES) * 1000;
            },
          },
          {
            name: "page",
            async work() {
              const samples: number[] = [];
              for (let count = 0; count < PRESSES; count += 1) samples.push(await press());
              return median(samples);
            },
          },
        ],
        times,
        say,
      );
      const [kernel = [], pressed = []] = [results.get("kernel alone"), results.get("page")];
      return {
        title: "Key press to visible result",
        how: `Milliseconds from the browser's keydown event of Ctrl-Enter to the frame in which the new result is painted; medians of ${PRESSES} presses. The kernel alone: request to idle over its sockets.`,
        head: ["", "ms"],
        rows: [
          ["kernel alone", summary(kernel, 1)],
          ["page", summary(pressed, 1)],
          ["over the kernel's own", (median(pressed) - median(kernel)).toFixed(1)],
        ],
      };
    } finally {
      await browser.close();
      await server.close();
    }
  },
};

/** In the page: resolves to the milliseconds between the next key press and the frame that shows `text`. */
function whenShown(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${text} was not shown in 20 s`)), 20_000);
    let pressedAt = 0;
    addEventListener("keydown", () => (pressedAt = performance.now()), { capture: true, once: true });
    const isShown = (): boolean =>
      [...document.querySelectorAll("[role=group] div")].some(
        (element) => element.textContent?.trim() === text,
      );
    const observer = new MutationObserver(() => {
      if (!isShown()) return;
      observer.disconnect();
      clearTimeout(limit);
      // Two frames: the first is the one that is about to be painted, the second begins when that is done.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - pressedAt);
        channel.port2.postMessage(null);
      });
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}
