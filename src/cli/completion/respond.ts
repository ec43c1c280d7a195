/** Answers the completion scripts: `loopbook complete -- WORDS…`, the last word being the one that is typed. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { valueNames } from "../../nbformat/named-values.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { buildProgram } from "../program.ts";
import { readNotebook } from "../read-notebook.ts";
import { type Candidate, type CompletionSources, complete } from "./complete.ts";
import { FILES, NO_SPACE } from "./scripts.ts";

const RECORDED_RUNS = 30;

/** Never fails: a completion that prints an error breaks the line that somebody is typing. */
export async function respond(argv: readonly string[], context: CliContext): Promise<void> {
  const typed = argv[0] === "--" ? argv.slice(1) : argv;
  const words = typed.slice(0, -1);
  const quiet: CliContext = { ...context, terminal: { ...context.terminal, err: () => undefined } };
  try {
    const { root } = await buildProgram(words.slice(0, 1), quiet);
    const { candidates, goesOn, areFiles } = await complete(
      root,
      words,
      typed.at(-1) ?? "",
      sourcesOf(quiet),
    );
    for (const { value, description } of candidates) {
      context.terminal.out(`${value}\t${description.replaceAll(/\s+/g, " ")}\n`);
    }
    context.terminal.out(`:${(goesOn ? NO_SPACE : 0) | (areFiles ? FILES : 0)}\n`);
  } catch {
    context.terminal.out(":0\n");
  }
}

function sourcesOf(context: CliContext): CompletionSources {
  return {
    files: (beginning, wanted) => filesFrom(context, beginning, wanted),
    names: (notebook) => {
      try {
        return valueNames(readNotebook(absolutePath(context, notebook)).notebook).map(plain);
      } catch {
        return [];
      }
    },
    liveRuns: async () => {
      const { allLiveRuns } = await import("../processes/live-runs.ts");
      const runs = await allLiveRuns(() => undefined);
      return runs
        .filter(({ run }) => run.endedAtMs === null)
        .map(({ run }) => ({ value: run.id, description: `${run.name}, ${run.status}` }));
    },
    recordedRuns: async () => {
      const { withLedger } = await import("../processes/ledger.ts");
      const runs = await withLedger(context, (host) => host.runHistory({ limit: RECORDED_RUNS }));
      return runs.map((run) => ({ value: run.id, description: `${run.name}, ${run.status}` }));
    },
    kernels: async () => {
      const { withLedger } = await import("../processes/ledger.ts");
      const specs = await withLedger(context, (host) => host.kernelSpecs());
      return specs.map(({ name, displayName }) => ({ value: name, description: displayName }));
    },
  };
}

function plain(value: string): Candidate {
  return { value, description: "" };
}

function filesFrom(context: CliContext, beginning: string, wanted: "notebook" | "any" | "folder"): string[] {
  const folderPart = beginning.endsWith("/")
    ? beginning
    : beginning.includes("/")
      ? `${dirname(beginning)}/`
      : "";
  const start = beginning.endsWith("/") ? "" : basename(beginning);
  const folder = absolutePath(context, folderPart === "" ? "." : folderPart);
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
    .flatMap((name) => {
      if (statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory())
        return [`${folderPart}${name}/`];
      const fits = wanted === "any" || (wanted === "notebook" && name.endsWith(".ipynb"));
      return fits ? [`${folderPart}${name}`] : [];
    })
    .sort();
}
