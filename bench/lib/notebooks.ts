/** The notebooks that every runner is given. */
import { readFileSync, writeFileSync } from "node:fs";

function codeCell(source: string, index: number): object {
  return {
    cell_type: "code",
    execution_count: null,
    id: `cell-${index}`,
    metadata: {},
    outputs: [],
    source,
  };
}

export function writeNotebook(path: string, sources: readonly string[]): string {
  const notebook = {
    cells: sources.map(codeCell),
    metadata: {
      kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" },
      language_info: { name: "python" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(path, `${JSON.stringify(notebook, null, 1)}\n`);
  return path;
}

/**
 * `count` trivial cells between two that read the kernel's own clock: what a cell costs is measured where it runs,
 * the same way for every runner, without its start and end.
 */
export function trivialCells(count: number): readonly string[] {
  return [
    "import time\nstarted = time.perf_counter()",
    ...Array.from({ length: count }, (_, index) => `x = ${index}`),
    `print((time.perf_counter() - started) / ${count + 1} * 1000)`,
  ];
}

/** The milliseconds that the last of `trivialCells` printed. */
export function millisecondsACell(path: string): number {
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  const { text } = cells.at(-1).outputs[0];
  return Number(Array.isArray(text) ? text.join("") : text);
}
