/** Runs in the folders of W&B offline: `wandb/offline-run-…/run-….wandb`, with media beside it in `files/`. */

import { open, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { DeclaredParameter, Fact } from "../../telemetry/facts.ts";
import type { Origin } from "../../usecases/attached-run.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import { BadProtobuf } from "../../util/protobuf.ts";
import { histogramOf } from "./event-proto.ts";
import type { ImportedLog, ImportedRun, ImportSink } from "./imported-run.ts";
import { HEADER_BYTES, isWandbLog, takeRecords } from "./wandb-log.ts";
import { readRecord, type WandbItem, type WandbRecord } from "./wandb-proto.ts";

const HEAD_BYTES = 256 * 1024;
const PIECE_BYTES = 1024 * 1024;
const MAX_RECORD_BYTES = 256 * 1024 * 1024;
const MAX_DEPTH = 4;
const MAX_MEDIA_BYTES = 50 * 1024 * 1024;

type RunRecord = Extract<WandbRecord, { readonly type: "run" }>;

export async function findWandbRuns(root: string): Promise<readonly ImportedRun[]> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isFile() && /^run-.*\.wandb$/.test(entry.name)) found.push(join(folder, entry.name));
      // `latest-run` is a link, and not followed.
      else if (entry.isDirectory() && depth < MAX_DEPTH) await look(join(folder, entry.name), depth + 1);
    }
  };
  await look(root, 0);
  const runs = await Promise.all(found.sort().map(wandbRun));
  return runs.filter((run) => run !== null);
}

/** Null: not such a log, or not begun yet. */
async function wandbRun(path: string): Promise<ImportedRun | null> {
  const head = await readPiece(path, 0, HEAD_BYTES);
  if (!isWandbLog(head)) return null;
  const { records } = takeRecords(head.subarray(HEADER_BYTES), HEADER_BYTES);
  let run: RunRecord | null = null;
  let program = "";
  for (const one of records.map(recordOf)) {
    if (one?.type === "run") run ??= one;
    else if (one?.type === "environment") program ||= one.program;
  }
  if (run === null) return null;
  const origin: Origin = {
    ...(program === "" ? {} : { script: program }),
    ...(run.git === null
      ? {}
      : {
          git: {
            commit: run.git.commit,
            dirty: false,
            ...(run.git.remote ? { remote: run.git.remote } : {}),
          },
        }),
  };
  const log = new WandbLog(path, run.startedAt);
  return {
    identity: `wandb\n${path}`,
    name: run.name || run.id || basename(dirname(path)),
    startedAtMs: 1_000 * run.startedAt,
    parameters: parametersOf(run.config),
    origin,
    logs: [log],
    end: async () => log.end,
  };
}

function recordOf(content: Uint8Array): WandbRecord | null {
  try {
    return readRecord(content);
  } catch (error) {
    if (error instanceof BadProtobuf || error instanceof RangeError) return null;
    throw error;
  }
}

function parametersOf(config: readonly WandbItem[]): readonly DeclaredParameter[] {
  return config.flatMap(({ path, value }): DeclaredParameter[] => {
    const name = path.join(".");
    if (name === "" || name.startsWith("_wandb") || value === undefined || value === null) return [];
    return [{ name: name.slice(0, 200), value: wandbValue(value) }];
  });
}

/** Old clients wrap values in `{ value, desc }`. */
function wandbValue(value: JsonValue): JsonValue {
  return isJsonObject(value) &&
    "value" in value &&
    Object.keys(value).every((key) => key === "value" || key === "desc")
    ? (value.value ?? null)
    : value;
}

class WandbLog implements ImportedLog {
  readonly identity: string;
  /** How it ended, once that was read. */
  end: Extract<Fact, { readonly type: "end" }> | null = null;
  private readonly path: string;
  private at = HEADER_BYTES;
  private isDamaged = false;
  /** Of the last record that told it: others have none of their own. */
  private time: number;
  private readonly summary = new Map<string, JsonValue>();

  constructor(path: string, startedAt: number) {
    this.path = path;
    this.identity = basename(path);
    this.time = startedAt;
  }

  async read(sink: ImportSink): Promise<void> {
    for (let size = PIECE_BYTES; !this.isDamaged; ) {
      const bytes = await readPiece(this.path, this.at, size);
      const { records, end, isDamaged } = takeRecords(bytes, this.at);
      for (const content of records) {
        const record = recordOf(content);
        if (record === null) sink.passOver("records that cannot be read");
        else await this.tell(record, sink);
      }
      this.at = end;
      this.isDamaged = isDamaged;
      await sink.breathe();
      if (isDamaged) sink.passOver(`the rest of ${this.identity} from byte ${this.at} on, which is damaged`);
      if (bytes.length < size || (records.length === 0 && size >= MAX_RECORD_BYTES)) return;
      // A record that is longer than the piece is read as a whole.
      size = records.length === 0 ? 4 * size : PIECE_BYTES;
    }
  }

  private async tell(record: WandbRecord, sink: ImportSink): Promise<void> {
    switch (record.type) {
      case "history":
        return this.tellHistory(record.items, record.step, sink);
      case "stats":
        return sink.row(record.time, null, numbersOf(record.items, "system/"));
      case "output":
        if (record.time > 0) this.time = record.time;
        return sink.fact({ type: "output", time: this.time, stream: record.stream, text: record.text });
      case "run":
      case "config":
        for (const parameter of parametersOf(record.type === "run" ? record.config : record.items))
          sink.fact({ type: "parameter", time: this.time, parameter });
        if (record.type === "run" && (record.notes !== "" || record.tags.length > 0))
          tellNotes(record, this.time, sink);
        return;
      case "summary":
        for (const { path, value } of record.items) {
          const name = path.join(".");
          if (
            !name.startsWith("_") &&
            (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
          )
            this.summary.set(name, value);
        }
        return;
      case "exit":
        this.tellSummary(sink);
        this.end = endOf(record, this.time);
    }
  }

  private async tellHistory(
    items: readonly WandbItem[],
    step: number | null,
    sink: ImportSink,
  ): Promise<void> {
    const stamp = items.find(({ path }) => path[0] === "_timestamp")?.value;
    if (typeof stamp === "number") this.time = stamp;
    const time = this.time;
    sink.row(
      time,
      step,
      numbersOf(
        items.filter(({ path }) => path[0] !== "_timestamp" && path[0] !== "_step" && path[0] !== "_runtime"),
        "",
      ),
    );
    for (const [name, media] of nestedOf(items)) {
      if (media._type === "image-file") await this.tellImage(name, media, step, sink);
      else if (media._type === "histogram") sink.row(time, step, histogramSeries(name, media));
      else if (typeof media._type === "string") sink.passOver(media._type);
    }
    for (const { path, value } of items)
      if (path.length === 1 && typeof value === "string" && numberOf(value) === null)
        sink.fact({
          type: "event",
          time,
          name: path[0]?.slice(0, 500) || "text",
          text: value,
          ...(step === null ? {} : { step }),
        });
  }

  private async tellImage(
    name: string,
    media: JsonObject,
    step: number | null,
    sink: ImportSink,
  ): Promise<void> {
    const files = join(dirname(this.path), "files");
    const path = typeof media.path === "string" ? resolve(files, media.path) : "";
    const content = path.startsWith(files + sep) ? await readFile(path).catch(() => null) : null;
    if (content === null || content.length > MAX_MEDIA_BYTES)
      return sink.passOver("images whose file is not there");
    const type =
      path.endsWith(".jpg") || path.endsWith(".jpeg")
        ? "image/jpeg"
        : path.endsWith(".gif")
          ? "image/gif"
          : "image/png";
    const sha256 = await sink.blob(content);
    const shown = { data: { "text/plain": name }, blobs: { [type]: sha256 } };
    sink.fact({
      type: "show",
      time: this.time,
      name: name.slice(0, 500),
      shown,
      ...(step === null ? {} : { step }),
    });
  }

  private tellSummary(sink: ImportSink): void {
    if (this.summary.size === 0) return;
    // Media are shown as themselves.
    const isMedia = (name: string): boolean =>
      this.summary.has(`${name.slice(0, name.lastIndexOf("."))}._type`);
    const rows = [...this.summary].filter(([name]) => !isMedia(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    const cell = (text: JsonValue): string =>
      String(text).replace(/[\\|]/g, "\\$&").replace(/\s+/g, " ").slice(0, 300);
    const markdown = [
      "| summary | |",
      "|---|---|",
      ...rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
    ];
    const plain = rows.map(([name, value]) => `${name}: ${value}`);
    const data = { "text/markdown": markdown.join("\n"), "text/plain": plain.join("\n") };
    sink.fact({ type: "show", time: this.time, name: "summary", shown: { data } });
  }
}

function tellNotes({ notes, tags }: RunRecord, time: number, sink: ImportSink): void {
  const text = [notes, tags.length > 0 ? `Tags: ${tags.join(", ")}` : ""]
    .filter((one) => one !== "")
    .join("\n\n");
  sink.fact({
    type: "show",
    time,
    name: "notes",
    shown: { data: { "text/markdown": text, "text/plain": text } },
  });
}

function endOf({ code, isComplete }: Extract<WandbRecord, { readonly type: "exit" }>, time: number) {
  const status = code === 0 ? (isComplete ? "completed" : "stopped") : code === 255 ? "stopped" : "failed";
  return { type: "end", time, status, exitCode: code } as const;
}

function numberOf(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : null;
}

/** What is inside of something with a `_type` is no series. */
function numbersOf(items: readonly WandbItem[], prefix: string): Record<string, number> {
  const media = new Set([...nestedOf(items)].filter(([, one]) => "_type" in one).map(([name]) => name));
  const found: Record<string, number> = Object.create(null);
  for (const { path, value } of items) {
    const number = numberOf(value);
    if (number !== null && !media.has(path.slice(0, -1).join("."))) found[prefix + path.join(".")] = number;
  }
  return found;
}

/** Items that belong to one name, as an object. */
function nestedOf(items: readonly WandbItem[]): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const { path, value } of items) {
    if (isJsonObject(value)) found.set(path.join("."), value);
    if (path.length < 2 || value === undefined) continue;
    const name = path.slice(0, -1).join(".");
    const known = found.get(name) ?? Object.create(null);
    known[path.at(-1) ?? ""] = value;
    found.set(name, known);
  }
  return found;
}

function histogramSeries(name: string, { values, bins }: JsonObject): Record<string, number> {
  if (!Array.isArray(values) || !Array.isArray(bins)) return {};
  const rows = values.flatMap((count, at) => [Number(bins[at]), Number(bins[at + 1]), Number(count)]);
  const found = histogramOf({ numbers: rows, texts: [], shape: [values.length, 3] });
  if (!found) return {};
  return {
    [`${name}/min`]: found.min,
    [`${name}/max`]: found.max,
    [`${name}/mean`]: found.mean,
    [`${name}/std`]: found.deviation,
  };
}

async function readPiece(path: string, at: number, size: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
