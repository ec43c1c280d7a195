/** Runs in TensorBoard's event files: each folder with such files is one, as TensorBoard has it. */
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { Fact, LogLevel } from "../../telemetry/facts.ts";
import { BadProtobuf } from "../../util/protobuf.ts";
import {
  type Histogram,
  histogramOf,
  readEvent,
  type SummaryValue,
  type TensorEvent,
} from "./event-proto.ts";
import { hyperparametersOf } from "./hparams-proto.ts";
import type { ImportedLog, ImportedRun, ImportSink } from "./imported-run.ts";
import { takeRecord } from "./tfrecord.ts";

const PIECE_BYTES = 1024 * 1024;
const EVENT_FILE = /tfevents\.(\d+)/;
/** Folders within folders, and files in all. */
const MAX_DEPTH = 20;
const MAX_FILES = 20_000;

/** Folders below `root` that have event files, with their files in order. */
export async function findEventFolders(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  let files = 0;
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const events = entries
      .filter((entry) => entry.isFile() && EVENT_FILE.test(entry.name))
      .map(({ name }) => name);
    files += events.length;
    if (events.length > 0) found.set(folder, events.sort(byTime));
    for (const entry of entries)
      if (entry.isDirectory() && depth < MAX_DEPTH && files < MAX_FILES)
        await look(join(folder, entry.name), depth + 1);
  };
  await look(root, 0);
  return found;
}

const timeOf = (name: string): number => Number(EVENT_FILE.exec(name)?.[1] ?? 0);
const byTime = (a: string, b: string): number => timeOf(a) - timeOf(b) || (a < b ? -1 : 1);

export function tensorBoardRun(root: string, folder: string, files: readonly string[]): ImportedRun {
  const way = relative(root, folder);
  return {
    identity: `tensorboard\n${folder}`,
    name: way === "" ? basename(root) : way.split(/[/\\]/).join("/"),
    startedAtMs: 1_000 * Math.min(...files.map(timeOf)),
    parameters: [],
    origin: {},
    logs: files.map((name) => new EventFile(join(folder, name), name)),
    end: async () => null,
  };
}

export class EventFile implements ImportedLog {
  readonly identity: string;
  private readonly path: string;
  /** How far it was read. */
  private at = 0;
  private isDamaged = false;
  /** By tag: newer writers say it with the first value only. */
  private readonly plugins = new Map<string, string>();

  constructor(path: string, identity: string) {
    this.path = path;
    this.identity = identity;
  }

  async read(sink: ImportSink): Promise<void> {
    if (this.isDamaged) return;
    const file = await open(this.path, "r");
    try {
      await this.readOn(file, sink);
    } finally {
      await file.close();
    }
  }

  private async readOn(file: FileHandle, sink: ImportSink): Promise<void> {
    let size = PIECE_BYTES;
    for (;;) {
      const buffer = Buffer.alloc(size);
      const { bytesRead } = await file.read(buffer, 0, size, this.at);
      const bytes = buffer.subarray(0, bytesRead);
      let at = 0;
      let taken = takeRecord(bytes, at);
      for (; taken.type === "record"; taken = takeRecord(bytes, at)) {
        await this.tell(taken.content, sink);
        at = taken.end;
      }
      this.at += at;
      await sink.breathe();
      if (taken.type === "damaged") {
        this.isDamaged = true;
        return sink.passOver(`the rest of ${this.identity} from byte ${this.at} on, which is damaged`);
      }
      if (bytesRead < size) return;
      size = Math.max(PIECE_BYTES, taken.wanted);
    }
  }

  private async tell(content: Uint8Array, sink: ImportSink): Promise<void> {
    let event: TensorEvent;
    try {
      event = readEvent(content);
    } catch (error) {
      if (!(error instanceof BadProtobuf || error instanceof RangeError)) throw error;
      return sink.passOver("events that cannot be read");
    }
    if (event.log)
      sink.fact({ type: "log", time: event.time, level: levelOf(event.log.level), text: event.log.text });
    const scalars: Record<string, number> = Object.create(null);
    for (const value of event.values) await this.tellValue(event, value, scalars, sink);
    if (Object.keys(scalars).length > 0) sink.row(event.time, event.step, scalars);
  }

  private async tellValue(
    { time, step }: TensorEvent,
    value: SummaryValue,
    scalars: Record<string, number>,
    sink: ImportSink,
  ): Promise<void> {
    const { tag, scalar, tensor } = value;
    if (value.plugin) this.plugins.set(tag, value.plugin);
    const plugin = value.plugin ?? this.plugins.get(tag);
    const show = (data: Record<string, string>, blobs?: Record<string, string>): void =>
      sink.fact({
        type: "show",
        time,
        name: tag.slice(0, 500) || "output",
        step,
        shown: { data, ...(blobs && { blobs }) },
      } satisfies Fact);
    if (plugin === "hparams") {
      for (const parameter of hyperparametersOf(value.pluginContent ?? new Uint8Array()))
        sink.fact({ type: "parameter", time, parameter });
    } else if (scalar !== null) scalars[tag] = scalar;
    else if (value.image)
      show({ "text/plain": tag }, { [imageType(value.image)]: await sink.blob(value.image) });
    else if (value.histogram) Object.assign(scalars, seriesOf(tag, value.histogram));
    else if (tensor && plugin === "images" && tensor.texts.length > 2) {
      // Width, height, and an image each of a batch.
      const image = tensor.texts[2] ?? new Uint8Array();
      show({ "text/plain": tag }, { [imageType(image)]: await sink.blob(image) });
    } else if (tensor && tensor.texts.length > 0 && (plugin === "text" || plugin === undefined)) {
      const text = tensor.texts.map((one) => Buffer.from(one).toString("utf8")).join("\n\n");
      show({ "text/markdown": text, "text/plain": text });
    } else if (tensor && plugin === "histograms") {
      const histogram = histogramOf(tensor);
      if (histogram) Object.assign(scalars, seriesOf(tag, histogram));
    } else if (tensor?.numbers.length === 1) scalars[tag] = tensor.numbers[0] ?? Number.NaN;
    else sink.passOver(value.hasAudio ? "audio" : (plugin ?? "tensors of several numbers"));
  }
}

function seriesOf(tag: string, { min, max, mean, deviation }: Histogram): Record<string, number> {
  return { [`${tag}/min`]: min, [`${tag}/max`]: max, [`${tag}/mean`]: mean, [`${tag}/std`]: deviation };
}

function imageType(bytes: Uint8Array): string {
  if (bytes[0] === 0x89) return "image/png";
  if (bytes[0] === 0xff) return "image/jpeg";
  return bytes[0] === 0x47 ? "image/gif" : "image/png";
}

/** As TensorFlow numbers them: 10 debugging, 20 info, 30 warn, 40 error, 50 fatal. */
function levelOf(level: number): LogLevel {
  if (level >= 50) return "critical";
  if (level >= 40) return "error";
  if (level >= 30) return "warning";
  return level >= 20 ? "info" : "debug";
}
