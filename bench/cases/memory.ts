/** The runner's own memory, the kernel not counted. */
import path from "node:path";
import { type Bench, inTurns } from "../lib/case.ts";
import { trivialCells, writeNotebook } from "../lib/notebooks.ts";
import { measure } from "../lib/process.ts";
import { loopbook, nbclient, papermill, type Runner } from "../lib/runners.ts";
import { summary } from "../lib/statistics.ts";

/** What no program on Node can go below. */
const bareNode = {
  name: "Node alone, without a program",
  command: () => ({ name: "node", argv: [process.execPath, "-e", "setTimeout(() => {}, 500)"] }),
};

export const memory: Bench = {
  name: "memory",
  async run({ folder, times, say }) {
    const rows: string[][] = [];
    for (const count of [1, 100, 5000]) {
      const input = writeNotebook(path.join(folder, `memory-${count}.ipynb`), trivialCells(count));
      const output = path.join(folder, "out.ipynb");
      const work = (runner: Runner) => ({
        name: runner.name,
        work: async (): Promise<number> =>
          (await measure(runner.command(input, output))).peakMegabytes ?? Number.NaN,
      });
      const works = [work(nbclient), work(loopbook(path.join(folder, "state")))];
      if (count <= 1000) works.push(work(papermill));
      if (count === 1) works.push(work(bareNode));
      const results = await inTurns(works, count >= 1000 ? 1 : Math.min(times, 3), (line) =>
        say(`${count} cells: ${line}`),
      );
      for (const { name } of works) rows.push([String(count), name, summary(results.get(name) ?? [], 0)]);
    }
    return {
      title: "Memory of the runner",
      how: "Peak resident memory of the runner's process in MB, its kernel not counted. Of Loopbook's, about 47 MB are pages of Node's own program, which every process of that Node shares.",
      head: ["cells", "runner", "MB"],
      rows,
    };
  },
};
