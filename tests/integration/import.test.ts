/** Runs of other trackers in notebooks: files that TensorBoard's, W&B's and MLflow's own writers made. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, PYTHON } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

interface Outcome {
  readonly name: string;
  readonly notebook: string;
  readonly points: number;
  readonly passedOver: Readonly<Record<string, number>>;
}

async function imported(from: string, to: string): Promise<readonly Outcome[]> {
  const { code, stdout, stderr } = await folder.run(["import", from, "-o", to, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Outcome[];
}

/** What a notebook says to programs that know nothing of us. */
function textOf(path: string): string {
  const { cells } = JSON.parse(readFileSync(join(folder.path, path), "utf8")) as {
    readonly cells: readonly {
      readonly source: unknown;
      readonly outputs?: readonly { readonly data?: unknown }[];
    }[];
  };
  return cells
    .map(({ source, outputs = [] }) => JSON.stringify([source, outputs.map(({ data }) => data)]))
    .join("\n");
}

const TENSORBOARD = `
import math, sys
import numpy as np
from tensorboardX import SummaryWriter
with SummaryWriter(sys.argv[1]) as writer:
    for step in range(50):
        writer.add_scalar("train/loss", 1 / (step + 1), step)
    writer.add_scalar("odd", math.nan, 1)
    writer.add_text("note", "**careful**", 1)
    writer.add_histogram("weights", np.arange(10.0), 2)
    writer.add_image("picture", np.zeros((3, 8, 8)), 3)
`;

test("TensorBoard's event files, once however often they are imported", async () => {
  const runs = join(folder.path, "runs");
  execFileSync(PYTHON, ["-c", TENSORBOARD, join(runs, "first")], { env: folder.env() });
  const [run, ...others] = await imported("runs", "boards");
  expect(others).toEqual([]);
  expect(run).toMatchObject({ name: "first", points: 50 + 1 + 4, passedOver: {} });
  const text = textOf("boards/first.ipynb");
  expect(text).toMatch(/train\/loss[^\n]*50 points/);
  expect(text).toContain("**careful**");
  expect(text).toContain("image/png");
  expect(text).toContain("weights/mean");
  await imported("runs", "boards");
  expect(textOf("boards/first.ipynb")).toMatch(/train\/loss[^\n]*50 points/);
});

test("a W&B run that was kept offline: history, configuration, media, console and summary", async () => {
  const place = join(folder.path, "wandb", "offline-run-20261124_164038-bttrhwfh");
  mkdirSync(place, { recursive: true });
  cpSync(join(import.meta.dirname, "fixtures/wandb"), place, { recursive: true });
  const [run] = await imported("wandb", "wandb.ipynb");
  expect(run).toMatchObject({ name: "first", notebook: "wandb.ipynb", passedOver: {} });
  const text = textOf("wandb.ipynb");
  expect(text).toContain("lr = 0.1");
  expect(text).toMatch(/val\.acc[^\n]*5 points, from 0 to 0\.4/);
  expect(text).toContain("console line");
  expect(text).toContain("| best | 0.5 |");
  expect(text).toContain("image/png");
});

test("MLflow's file store", async () => {
  const place = join(folder.path, "store/mlruns/0/abc");
  for (const name of ["metrics", "params", "tags"]) mkdirSync(join(place, name), { recursive: true });
  writeFileSync(
    join(place, "meta.yaml"),
    "run_id: abc\nrun_name: old\nstart_time: 1700000000000\nend_time: 1700000009000\nstatus: 3\nlifecycle_stage: active\n",
  );
  writeFileSync(
    join(place, "metrics/loss"),
    "1700000000000 0.5 0\n1700000001000 nan 1\n1700000002000 0.25 2\n",
  );
  writeFileSync(join(place, "params/lr"), "0.01");
  const [run] = await imported("store", "old.ipynb");
  expect(run).toMatchObject({ name: "old", points: 3 });
  expect(textOf("old.ipynb")).toContain("lr = 0.01");
});

test("a folder without such files is said to be one", async () => {
  mkdirSync(join(folder.path, "nothing"));
  const { code, stderr } = await folder.run(["import", "nothing"]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("no event files of TensorBoard's");
});
