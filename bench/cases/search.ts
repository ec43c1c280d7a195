/** Searching a long notebook with much output for a word, as the page does at each letter. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { openBrowser } from "../lib/browser.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { startServer } from "../lib/server.ts";
import { median, summary } from "../lib/statistics.ts";

const CELLS = 1_000;
/** Of output in all; the source is some 60 kB more. */
const BYTES = 10_000_000;
const SEARCHES = 10;
const WORDS = ["loss", "epoch", "tensor", "gradient", "batch", "accuracy", "learning", "Größe"];

function aCell(index: number): object {
  const lines: string[] = [];
  for (let bytes = 0, line = 0; bytes < BYTES / CELLS; line += 1) {
    const text = `${WORDS[(index + line) % WORDS.length]} ${index}.${line} ${WORDS[(index * line) % WORDS.length]} 0.${index * line}\n`;
    lines.push(text);
    bytes += text.length;
  }
  return {
    cell_type: "code",
    execution_count: index + 1,
    id: `cell-${index}`,
    metadata: {},
    outputs: [
      {
        output_type: "execute_result",
        execution_count: index + 1,
        metadata: {},
        data: { "text/plain": lines },
      },
    ],
    source: `value_${index} = train(${index})\nvalue_${index}`,
  };
}

export const search: Bench = {
  name: "search",
  async run({ folder, times, say }) {
    const input = path.join(folder, "search.ipynb");
    const kernelspec = { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" };
    const cells = Array.from({ length: CELLS }, (_, index) => aCell(index));
    writeFileSync(input, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
    const server = await startServer(path.join(folder, "state"), folder);
    const browser = await openBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(server.addressOf(path.basename(input)));
      await tab.getByText("train(0)").first().waitFor({ timeout: 60_000 });
      await tab.keyboard.press("Control+f");
      const field = tab.getByLabel("Find in the notebook");
      await field.waitFor();
      /** From the letter to the count on the screen. */
      const look = async (word: string): Promise<number> => {
        await field.fill("");
        const shown = tab.evaluate(whenCounted);
        await field.fill(word);
        return shown;
      };
      await look("loss");
      const samples = async (word: () => string): Promise<number> => {
        const taken: number[] = [];
        for (let count = 0; count < SEARCHES; count += 1) taken.push(await look(word()));
        return median(taken);
      };
      const results = await inTurns(
        [
          { name: "a word that is everywhere", work: () => samples(() => "gradient") },
          { name: "a word that is in one place", work: () => samples(() => "value_777 = train") },
          { name: "a word that is nowhere", work: () => samples(() => randomUUID()) },
        ],
        times,
        say,
      );
      return {
        title: "Search for a word in 1,000 cells with 10 MB of output",
        how: `Milliseconds from the field's change to the frame with the count, in the page, source and outputs; medians of ${SEARCHES} searches. JupyterLab has no such figure: it searches outputs only where they are drawn.`,
        head: ["", "ms"],
        rows: [...results].map(([name, taken]) => [name, summary(taken, 1)]),
      };
    } finally {
      await browser.close();
      await server.close();
    }
  },
};

/** In the page: resolves to the milliseconds between the field's next change and the frame that shows the count. */
function whenCounted(): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("nothing was counted in 20 s")), 20_000);
    let typedAt = 0;
    addEventListener("input", () => (typedAt = performance.now()), { capture: true, once: true });
    const status = document.querySelector("search [role=status]");
    const observer = new MutationObserver(() => {
      if (typedAt === 0 || status?.textContent === "") return;
      observer.disconnect();
      clearTimeout(limit);
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - typedAt);
        channel.port2.postMessage(null);
      });
    });
    if (status) observer.observe(status, { childList: true, subtree: true, characterData: true });
  });
}
