/**
 * `npm run bench`: runs every benchmark, or those named (`npm run bench -- cells memory`), each several times, and
 * writes the tables to bench/RESULTS.md. Benchmarks left out keep their table from before.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { cells } from "./cases/cells.ts";
import { memory } from "./cases/memory.ts";
import { outputs } from "./cases/outputs.ts";
import { page } from "./cases/page.ts";
import { rooms } from "./cases/rooms.ts";
import { wholeRun } from "./cases/whole-run.ts";
import { machineLine, tableText } from "./lib/report.ts";
import { root } from "./lib/runners.ts";

const all = [cells, wholeRun, memory, page, rooms, outputs];
const file = path.join(root, "bench", "RESULTS.md");
const words = process.argv.slice(2);
const times = Number(words.find((word) => word.startsWith("--times="))?.slice(8) ?? 5);
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

const tables = tablesBefore();
const machine = machineLine();
for (const bench of chosen) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "loopbook-bench-"));
  try {
    const table = await bench.run({ folder, times, say: (line) => say(`${bench.name}: ${line}`) });
    tables.set(bench.name, `${tableText(table)}\nMeasured: ${machine}\n\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const sections = all.map(({ name }) => name).filter((name) => tables.has(name));
writeFileSync(
  file,
  `# Results\n\nWritten by \`npm run bench\`; every runner of a table was measured in turns in one session. Absolute figures are of one machine; the ratios travel better.\n\n` +
    sections.map((name) => `<!-- ${name} -->\n${tables.get(name)}<!-- end -->\n`).join("\n"),
);
console.log(readFileSync(file, "utf8"));
