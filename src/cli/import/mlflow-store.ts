/** Runs in MLflow's file store: `mlruns/<experiment>/<run>/{meta.yaml,metrics,params,tags,artifacts}`. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { DeclaredParameter, Fact } from "../../telemetry/facts.ts";
import type { ImportedLog, ImportedRun, ImportSink } from "./imported-run.ts";

const MAX_DEPTH = 3;
const MAX_SHOWN_BYTES = 20 * 1024 * 1024;
const IMAGES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
};

const meta = z.object({
  run_id: z.string().optional(),
  run_uuid: z.string().optional(),
  run_name: z.string().nullish(),
  start_time: z.number(),
  end_time: z.number().nullish(),
  status: z.union([z.number(), z.string()]).default(1),
  lifecycle_stage: z.string().default("active"),
});

export async function findMlflowRuns(root: string): Promise<readonly ImportedRun[]> {
  const found: ImportedRun[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map(({ name }) => name));
    if (names.has("meta.yaml") && (names.has("metrics") || names.has("params"))) {
      const run = await mlflowRun(folder);
      if (run) found.push(run);
      return;
    }
    for (const entry of entries)
      if (entry.isDirectory() && depth < MAX_DEPTH && entry.name !== ".trash")
        await look(join(folder, entry.name), depth + 1);
  };
  await look(root, 0);
  return found;
}

/** Null: damaged, or deleted. */
async function mlflowRun(folder: string): Promise<ImportedRun | null> {
  const read = async (): Promise<z.infer<typeof meta> | null> => {
    const text = await readFile(join(folder, "meta.yaml"), "utf8").catch(() => "");
    const { data } = meta.safeParse(parse(text));
    return data && data.lifecycle_stage !== "deleted" ? data : null;
  };
  const facts = await read();
  if (!facts) return null;
  const params = await textsIn(join(folder, "params"));
  const tags = await textsIn(join(folder, "tags"));
  const script = tags.get("mlflow.source.name");
  const commit = tags.get("mlflow.source.git.commit");
  const metrics = await filesBelow(join(folder, "metrics"));
  const artifacts = await filesBelow(join(folder, "artifacts"));
  return {
    identity: `mlruns\n${folder}`,
    name: facts.run_name || tags.get("mlflow.runName") || facts.run_id || basename(folder),
    startedAtMs: facts.start_time,
    parameters: [...params].map(([name, text]) => declared(name, text)),
    origin: {
      ...(script === undefined ? {} : { script }),
      ...(commit === undefined ? {} : { git: { commit, dirty: false } }),
    },
    logs: [
      ...metrics.map((path) => new MetricFile(path, relative(join(folder, "metrics"), path))),
      ...artifacts.map((path) => new ArtifactFile(path, relative(join(folder, "artifacts"), path))),
    ],
    end: async () => endOf(await read()),
  };
}

/** MLflow numbers them: 1 running, 2 scheduled, 3 finished, 4 failed, 5 killed. */
function endOf(facts: z.infer<typeof meta> | null): Extract<Fact, { readonly type: "end" }> | null {
  const status = {
    3: "completed",
    4: "failed",
    5: "stopped",
    FINISHED: "completed",
    FAILED: "failed",
    KILLED: "stopped",
  }[String(facts?.status)] as "completed" | "failed" | "stopped" | undefined;
  if (!facts || status === undefined) return null;
  return { type: "end", time: (facts.end_time ?? facts.start_time) / 1000, status };
}

function declared(name: string, text: string): DeclaredParameter {
  const number = Number(text);
  const isNumber = text.trim() !== "" && Number.isFinite(number);
  const value = isNumber ? number : text === "True" ? true : text === "False" ? false : text;
  return { name: name.slice(0, 200), value };
}

/** A file a metric, a line a point: time in ms, value, step. */
class MetricFile implements ImportedLog {
  readonly identity: string;
  private readonly path: string;
  private readonly name: string;
  private at = 0;

  constructor(path: string, name: string) {
    this.path = path;
    this.name = name.split(/[/\\]/).join("/");
    this.identity = `metric ${this.name}`;
  }

  async read(sink: ImportSink): Promise<void> {
    const content = await readFile(this.path, "utf8").catch(() => "");
    const end = content.lastIndexOf("\n") + 1;
    for (const line of content.slice(this.at, end).split("\n")) {
      const [time, value, step] = line.split(" ");
      if (line === "") continue;
      if (value === undefined || !Number.isFinite(Number(time)))
        sink.passOver("lines of metrics that cannot be read");
      else
        sink.row(Number(time) / 1000, step === undefined ? null : Number(step), {
          [this.name]: numberOf(value),
        });
      await sink.breathe();
    }
    this.at = Math.max(this.at, end);
  }
}

/** As Python writes them. */
function numberOf(text: string): number {
  const [, sign = "", word] = /^([-+]?)(inf(?:inity)?)$/i.exec(text) ?? [];
  if (word !== undefined) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

class ArtifactFile implements ImportedLog {
  readonly identity: string;
  private readonly path: string;
  private readonly name: string;
  private isTold = false;

  constructor(path: string, name: string) {
    this.path = path;
    this.name = name.split(/[/\\]/).join("/");
    this.identity = `artifact ${this.name}`;
  }

  async read(sink: ImportSink): Promise<void> {
    if (this.isTold) return;
    this.isTold = true;
    const facts = await stat(this.path).catch(() => null);
    if (!facts) return;
    if (facts.size > 2 ** 31 - 1) return sink.passOver("artefacts of more than 2 GiB");
    const sha256 = await sink.blob(await readFile(this.path));
    const time = facts.mtimeMs / 1000;
    const name = this.name.slice(0, 500);
    sink.fact({ type: "artefact", time, name, sha256, sizeBytes: facts.size, path: this.path });
    const image = IMAGES[name.split(".").at(-1)?.toLowerCase() ?? ""];
    if (image && facts.size <= MAX_SHOWN_BYTES)
      sink.fact({
        type: "show",
        time,
        name,
        shown: { data: { "text/plain": name }, blobs: { [image]: sha256 } },
      });
  }
}

async function textsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of await filesBelow(folder))
    found.set(relative(folder, path).split(/[/\\]/).join("/"), await readFile(path, "utf8").catch(() => ""));
  return found;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
