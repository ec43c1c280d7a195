/**
 * `npm run bench`: runs every benchmark, or those named (`npm run bench -- cells memory`), each several times, and
 * writes the tables to bench/RESULTS.md. Benchmarks left out keep their table from before. `--times=N`: how often;
 * `--scale=0.1`: a tenth of the long counts.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bigPage } from "./cases/big-page.ts";
import { busyRoom } from "./cases/busy-room.ts";
import { cells } from "./cases/cells.ts";
import { ingest } from "./cases/ingest.ts";
import { logLines } from "./cases/log-lines.ts";
import { longWatch } from "./cases/long-watch.ts";
import { losses } from "./cases/losses.ts";
import { memory } from "./cases/memory.ts";
import { millionEdits } from "./cases/million-edits.ts";
import { opening } from "./cases/opening.ts";
import { outputs } from "./cases/outputs.ts";
import { page } from "./cases/page.ts";
import { rewrites } from "./cases/rewrites.ts";
import { rooms } from "./cases/rooms.ts";
import { sdkLog } from "./cases/sdk-log.ts";
import { search } from "./cases/search.ts";
import { series } from "./cases/series.ts";
import { wholeRun } from "./cases/whole-run.ts";
import { loadLine, machineLine, tableText } from "./lib/report.ts";
import { root } from "./lib/runners.ts";

const all = [
  ...[cells, wholeRun, memory, page, search],
  ...[rooms, busyRoom, losses, opening, rewrites, logLines, outputs, millionEdits],
  ...[bigPage, longWatch],
  ...[sdkLog, series, ingest],
];
const file = path.join(root, "bench", "RESULTS.md");
const words = process.argv.slice(2);
const option = (name: string, otherwise: number): number =>
  Number(words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
const times = option("times", 5);
const scale = option("scale", 1);
const asked = words.filter((word) => !word.startsWith("--"));
const chosen = asked.length === 0 ? all : all.filter(({ name }) => asked.includes(name));
if (chosen.length === 0) throw new Error(`There are: ${all.map(({ name }) => name).join(", ")}`);

const startedAt = performance.now();
const say = (line: string): void =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`);

/** The tables of a file written before, by their benchmark. */
function tablesBefore(): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return new Map(
    [...text.matchAll(/<!-- (\S+) -->\n([\s\S]*?)<!-- end -->/g)].map(([, name = "", table = ""]) => [
      name,
      table,
    ]),
  );
}

// Else what was started would go on without us.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
for (const bench of chosen) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "loopbook-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const machine = machineLine();
  try {
    const table = await bench.run({ folder, times, scale, say: (line) => say(`${bench.name}: ${line}`) });
    write(bench.name, `${tableText(table)}\nMeasured: ${machine} ${loadLine()}\n\n`);
  } finally {
    remove();
    process.off("exit", remove);
  }
}
console.log(readFileSync(file, "utf8"));

/** At once, so that what was measured is kept when a later one fails. */
function write(name: string, text: string): void {
  const tables = tablesBefore().set(name, text);
  const known = all.map((one) => one.name).filter((one) => tables.has(one));
  // What other commands measured (`npm run test:adapters`) stays behind them.
  const sections = [...known, ...[...tables.keys()].filter((one) => !known.includes(one))];
  writeFileSync(
    file,
    `# Results\n\nWritten by \`npm run bench\`; every runner of a table was measured in turns in one session. Absolute figures are of one machine; the ratios travel better.\n\n` +
      sections.map((one) => `<!-- ${one} -->\n${tables.get(one)}<!-- end -->\n`).join("\n"),
  );
}
