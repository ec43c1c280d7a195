/** The examples run, by the command line and on real kernels. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const environmentFolder = path.resolve(
  process.env.LOOPBOOK_TEST_PYTHON ?? path.join(root, ".loopbook/python"),
);
let folder = "";

interface CodeCell {
  readonly id: string;
  readonly cell_type: string;
  readonly execution_count: number | null;
  readonly outputs: readonly {
    readonly output_type: string;
    readonly text?: string | readonly string[];
    readonly data?: Readonly<Record<string, string | readonly string[]>>;
  }[];
}

/** Runs an example into a folder of its own. @returns its code cells by id. */
async function runExample(name: string, ...words: string[]): Promise<ReadonlyMap<string, CodeCell>> {
  const output = path.join(folder, "out.ipynb");
  await run(
    process.execPath,
    [
      path.join(root, "bin/loopbook.js"),
      "run",
      path.join(root, "examples", name),
      output,
      "--no-hold",
      ...words,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        LOOPBOOK_SOURCE: "1",
        LOOPBOOK_HOME: path.join(folder, "state"),
        VIRTUAL_ENV: environmentFolder,
      },
    },
  );
  const { cells } = JSON.parse(readFileSync(output, "utf8")) as { cells: readonly CodeCell[] };
  return new Map(cells.filter((cell) => cell.cell_type === "code").map((cell) => [cell.id, cell]));
}

const textOf = (cell: CodeCell | undefined): string =>
  (cell?.outputs ?? []).map(({ text }) => [text ?? ""].flat().join("")).join("");

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "loopbook-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the examples", () => {
  it("quickstart takes its parameters", async () => {
    const cells = await runExample("quickstart/quickstart.ipynb", "-p", "steps", "3", "-p", "lr", "0.5");
    expect(textOf(cells.get("train")).trim().split("\n").at(-1)).toBe("step 3 of 3: x = 0.00000");
    expect(textOf(cells.get("keep"))).toBe("kept 0.00000\n");
  });

  it("bash takes its parameters", async () => {
    const cells = await runExample(
      "parameters/bash.ipynb",
      "-p",
      "target",
      "staging",
      "-p",
      "dry_run",
      "False",
    );
    expect(textOf(cells.get("show"))).toBe("deploying to staging, 3 retries, dry run: false\n");
  });

  it("digits trains, redraws in place, and releases", async () => {
    const cells = await runExample(
      "digits/digits.ipynb",
      ...[
        "-p",
        "epochs_per_stage",
        "1",
        "-p",
        "variants",
        "1",
        "-p",
        "hidden_layers",
        "[32]",
        "-p",
        "lr",
        "0.02",
      ],
    );
    for (const stage of [1, 2, 3, 4]) {
      const outputs = cells.get(`stage-${stage}`)?.outputs ?? [];
      expect(outputs.map(({ output_type }) => output_type)).toEqual(["display_data", "stream"]);
      expect([outputs[0]?.data?.["image/svg+xml"] ?? ""].flat().join("")).toMatch(/^<svg /);
      expect([outputs[0]?.data?.["text/plain"] ?? ""].flat().join("")).toContain(`epoch ${stage} of 4`);
    }
    const card = JSON.parse(readFileSync(path.join(folder, "released/digits.json"), "utf8"));
    expect(card.learning_rates).toEqual([0.02]);
    expect(card.accuracy).toBeGreaterThan(0.5);
    expect([cells.get("summary")?.outputs[0]?.data?.["text/markdown"] ?? ""].flat().join("")).toContain(
      "| accuracy |",
    );
  });
});
