/** What a trivial cell costs, in small and in large notebooks. */
import { copyFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../lib/browser.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { millisecondsACell, trivialCells, writeNotebook } from "../lib/notebooks.ts";
import { measure } from "../lib/process.ts";
import { loopbook, nbclient, papermill, type Runner, raw } from "../lib/runners.ts";
import { type BenchServer, startServer } from "../lib/server.ts";
import { median, summary } from "../lib/statistics.ts";

/** papermill rewrites its file after each cell: 1,000 cells take it three minutes a turn. */
const MOST_CELLS_FOR_PAPERMILL = 100;

export const cells: Bench = {
  name: "cells",
  async run({ folder, times, say }) {
    const rows: string[][] = [];
    const server = await startServer(path.join(folder, "server-state"), folder);
    const browser = await openBrowser();
    try {
      for (const count of [10, 100, 1000, 5000]) {
        const input = writeNotebook(path.join(folder, `cells-${count}.ipynb`), trivialCells(count));
        const output = path.join(folder, "out.ipynb");
        const plain = (runner: Runner) => ({
          name: runner.name,
          async work(): Promise<number> {
            await measure(runner.command(input, output));
            return millisecondsACell(output);
          },
        });
        const works = [
          plain(raw),
          plain(nbclient),
          plain(loopbook(path.join(folder, "state"))),
          { name: "loopbook, page watching", work: () => watched(server, browser, input) },
        ];
        if (count <= MOST_CELLS_FOR_PAPERMILL) works.push(plain(papermill));
        const turns = count >= 1000 ? Math.min(times, 3) : times;
        const results = await inTurns(works, turns, (line) => say(`${count} cells: ${line}`));
        const of = (name: string): readonly number[] => results.get(name) ?? [];
        const floor = median(of("raw loop"));
        for (const { name } of works)
          rows.push([
            String(count),
            name,
            summary(of(name), 2),
            `${(median(of(name)) / floor).toFixed(2)} ×`,
          ]);
      }
    } finally {
      await browser.close();
      await server.close();
    }
    return {
      title: "A trivial cell",
      how: "Milliseconds a cell by the kernel's own clock, from the first cell to the last (`x = 0`, `x = 1`, …). The raw loop is the floor: the kernel's sockets and nothing else. `page watching`: run by a server while a browser shows the notebook. Median (lowest–highest).",
      head: ["cells", "runner", "ms a cell", "of the floor"],
      rows,
    };
  },
};

/** A fresh copy of the notebook, open in a browser before its run begins. */
async function watched(server: BenchServer, browser: Browser, input: string): Promise<number> {
  const copy = input.replace(/\.ipynb$/, `-watched-${Date.now()}.ipynb`);
  copyFileSync(input, copy);
  const tab = await browser.newPage();
  try {
    await tab.goto(server.addressOf(path.basename(copy)));
    await tab.getByText("perf_counter").first().waitFor();
    // The kernel's own clock measures; looking often would be part of what is measured.
    await server.run(copy, { type: "in-place" }, { lookEveryMs: 500 });
    return millisecondsACell(copy);
  } finally {
    await tab.close();
  }
}
