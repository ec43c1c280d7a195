/** From the command to its end: one cell, many lines, many displays. */
import path from "node:path";
import { type Bench, inTurns } from "../lib/case.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { measure } from "../lib/process.ts";
import { loopbook, nbclient, papermill, type Runner, raw } from "../lib/runners.ts";
import { startServer } from "../lib/server.ts";
import { summary } from "../lib/statistics.ts";

const NOTEBOOKS = [
  { title: "one cell", sources: ["x = 1"] },
  { title: "100,000 printed lines", sources: ["for i in range(100_000):\n    print('line', i)"] },
  {
    title: "1,000 displays",
    sources: ["from IPython.display import display\nfor i in range(1_000):\n    display(i)"],
  },
];

export const wholeRun: Bench = {
  name: "whole-run",
  async run({ folder, times, say }) {
    const rows: string[][] = [];
    for (const { title, sources } of NOTEBOOKS) {
      const input = writeNotebook(path.join(folder, `${title.replaceAll(/\W+/g, "-")}.ipynb`), sources);
      const output = path.join(folder, "out.ipynb");
      const plain = (runner: Runner) => ({
        name: runner.name,
        work: async (): Promise<number> => (await measure(runner.command(input, output))).seconds,
      });
      const warm = await startServer(path.join(folder, "warm-state"), folder, { warm: true });
      const works = [
        {
          name: "the kernel alone",
          async work(): Promise<number> {
            const { stdout } = await measure(raw.command(input, output));
            return JSON.parse(stdout).whole;
          },
        },
        plain(nbclient),
        plain(papermill),
        plain(loopbook(path.join(folder, "state"))),
        { name: "loopbook, warm kernel", work: () => warm.run(input, { type: "path", path: output }) },
      ];
      try {
        const results = await inTurns(works, times, (line) => say(`${title}: ${line}`));
        for (const { name } of works) rows.push([title, name, summary(results.get(name) ?? [], 2)]);
      } finally {
        await warm.close();
      }
    }
    return {
      title: "A whole run",
      how: "Seconds from the command's start to its end, file written. `the kernel alone`: from the start of its process until the cells are done, no runner. `warm kernel`: by a server that is up and keeps a kernel ready, from the request to the written file. Median (lowest–highest).",
      head: ["notebook", "runner", "seconds"],
      rows,
    };
  },
};
