/** What MLflow's words are as facts of a run, and as the request by which it joins its notebook. Pure. */
import type { Party } from "../../people/party.ts";
import type { DeclaredParameter, Fact, ShownBundle } from "../../telemetry/facts.ts";
import type { AttachRequest, Origin } from "../../usecases/attached-run.ts";
import type { RunId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";
import { isEnd, type KeptArtifact, type TrackedRun } from "./entities.ts";

export const WRITER = "mlflow";
/** Of the run's id in our words, which is MLflow's with a mark. */
export const runIdOf = (mlflowId: string): RunId => `run_${mlflowId}` as RunId;
/** Names the notebook of a run, relative to the server's folder. */
export const NOTEBOOK_TAG = "loopbook.notebook";

/** Bigger ones are listed, and not drawn. */
const MAX_SHOWN_BYTES = 5 * 1024 * 1024;
const MAX_SHOWN_TEXT_BYTES = 20_000;

/** MLflow keeps what `str()` makes of a value; numbers and truth values are told apart again. */
export function declaredParameter(name: string, text: string): DeclaredParameter {
  if (/^[-+]?\d{1,15}$/.test(text)) return { name, type: "int", value: Number(text) };
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return { name, type: "float", value: Number(text) };
  if (text === "True" || text === "False") return { name, type: "bool", value: text === "True" };
  return { name, type: "str", value: text };
}

export function attachRequestOf(run: TrackedRun, by: Party, notebook: string): AttachRequest {
  const tag = (name: string): string | undefined => run.tags.get(name);
  const script = tag("mlflow.source.name");
  const commit = tag("mlflow.source.git.commit");
  const remote = tag("mlflow.source.git.repoURL");
  const branch = tag("mlflow.source.git.branch");
  const origin: Origin = {
    ...(script === undefined ? {} : { script, argv: [script] }),
    ...(commit === undefined
      ? {}
      : {
          git: {
            commit,
            dirty: tag("mlflow.source.git.dirty") === "true",
            ...(remote === undefined ? {} : { remote }),
            ...(branch === undefined ? {} : { branch }),
          },
        }),
  };
  return {
    runId: runIdOf(run.id),
    name: run.name,
    notebook,
    writer: { id: WRITER, rank: 0, pid: 0, host: run.userId || "mlflow", language: "mlflow" },
    origin,
    parameters: [...run.params].map(([name, value]) => declaredParameter(name, value)),
    startedAtMs: run.startMs,
    by,
  };
}

export function parameterFacts(
  params: readonly (readonly [string, string])[],
  time: number,
): readonly Fact[] {
  return params.map(([name, value]) => ({
    type: "parameter",
    time,
    parameter: declaredParameter(name, value),
  }));
}

/** Tags of the user's as one table, redrawn in place; null: there are none. MLflow's own say where it comes from. */
export function tagsFact(tags: ReadonlyMap<string, string>, time: number): Fact | null {
  const own = [...tags].filter(([key]) => !key.startsWith("mlflow."));
  const note = tags.get("mlflow.note.content");
  if (own.length === 0 && note === undefined) return null;
  const cell = (text: string): string => text.replace(/[\\|]/g, "\\$&").replace(/\s+/g, " ").slice(0, 500);
  const table = [
    "| tag | value |",
    "|---|---|",
    ...own.map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`),
  ];
  const markdown = [...(note === undefined ? [] : [note, ""]), ...(own.length === 0 ? [] : table)].join("\n");
  const plain = own.map(([key, value]) => `${key}: ${value}`).join("\n");
  return {
    type: "show",
    time,
    name: "tags",
    shown: { data: { "text/markdown": markdown, "text/plain": [note, plain].filter(Boolean).join("\n\n") } },
  };
}

const IMAGES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** An artefact, and how it is drawn in the notebook where it can be. `content`: absent for big ones. */
export function artifactFacts(
  path: string,
  { sha256, sizeBytes }: KeptArtifact,
  content: Uint8Array | null,
  time: number,
): readonly Fact[] {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const image = IMAGES[extension];
  const mime =
    image ??
    { json: "application/json", md: "text/markdown", txt: "text/plain", html: "text/html" }[extension];
  const kept: Fact = { type: "artefact", time, name: path, sha256, sizeBytes, ...(mime ? { mime } : {}) };
  const shown = shownArtifact(path, sha256, sizeBytes, extension, image, content);
  return shown === null ? [kept] : [kept, { type: "show", time, name: path, shown }];
}

function shownArtifact(
  path: string,
  sha256: string,
  sizeBytes: number,
  extension: string,
  image: string | undefined,
  content: Uint8Array | null,
): ShownBundle | null {
  // What belongs to a model is read by programs.
  if (/(^|\/)(MLmodel|requirements\.txt|python_env\.yaml|conda\.yaml)$/.test(path)) return null;
  if (image !== undefined)
    return sizeBytes > MAX_SHOWN_BYTES ? null : { data: { "text/plain": path }, blobs: { [image]: sha256 } };
  if (content === null || sizeBytes > MAX_SHOWN_TEXT_BYTES || !/^(txt|md|json|csv|ya?ml)$/.test(extension))
    return null;
  const text = Buffer.from(content).toString("utf8");
  const data: Record<string, JsonValue> = { "text/plain": text };
  if (extension === "md") data["text/markdown"] = text;
  return { data };
}

/** @param wasStopped a person wanted so: what the script says of its end came of that. */
export function endFact(run: TrackedRun, time: number, wasStopped: boolean): Fact | null {
  if (!isEnd(run.status)) return null;
  const status =
    run.status === "FINISHED" ? "completed" : run.status === "KILLED" || wasStopped ? "stopped" : "failed";
  return {
    type: "end",
    time,
    status,
    ...(status === "failed" ? { error: "The script ended its MLflow run as failed." } : {}),
  };
}
