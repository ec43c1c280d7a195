import pc from "picocolors";
import { expect, test } from "vitest";
import { buildProgram } from "../program.ts";
import { type CompletionSources, complete } from "./complete.ts";

const colours = pc.createColors(false);
const silent = {
  out: () => undefined,
  err: () => undefined,
  inIsTty: false,
  outIsTty: false,
  errIsTty: false,
};
const terminal = { ...silent, columns: () => 80, colours, outColours: colours };

const sources: CompletionSources = {
  files: (beginning, wanted) =>
    (wanted === "notebook" ? ["train.ipynb", "sub/"] : ["params.yaml", "sub/"]).filter((file) =>
      file.startsWith(beginning),
    ),
  liveRuns: async () => [{ value: "run_abc", description: "train, held" }],
  recordedRuns: async () => [{ value: "run_old", description: "train, completed" }],
  kernels: async () => [{ value: "python3", description: "Python 3" }],
  names: (notebook) =>
    (notebook === "train.ipynb" ? ["lr", "layers"] : []).map((value) => ({ value, description: "" })),
};

async function completed(line: string): Promise<string[]> {
  const words = line.split(" ");
  const before = words.slice(0, -1);
  const context = { terminal, env: {}, cwd: "/", setExitCode: () => undefined };
  const { root } = await buildProgram(before.slice(0, 1), context);
  return (await complete(root, before, words.at(-1) ?? "", sources)).candidates.map(({ value }) => value);
}

test.each([
  ["p", ["ps", "pause", "params", "publish"]],
  ["run t", ["train.ipynb"]],
  ["run train.ipynb --on-e", ["--on-error"]],
  ["run train.ipynb --on-error ", ["fail", "hold"]],
  ["run train.ipynb -p l", ["lr", "layers"]],
  ["run train.ipynb -p lr ", []],
  ["run train.ipynb -p lr 0.1 s", ["sub/"]],
  ["run train.ipynb -k ", ["python3"]],
  ["run train.ipynb -f p", ["params.yaml"]],
  ["pause ", ["run_abc"]],
  ["show ", ["run_old"]],
  ["set train.ipynb ", ["lr=", "layers="]],
  ["get train.ipynb lr ", ["layers"]],
  ["completion z", ["zsh"]],
  ["help exit", ["exit-codes"]],
  ["nonsense ", []],
])("loopbook %s…", async (line, values) => expect(await completed(line)).toEqual(values));
