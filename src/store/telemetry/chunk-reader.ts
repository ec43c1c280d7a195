/** Chunks of facts read from disk, many at once where many are looked through. */
import type { LogLine, PlacedFact } from "../../telemetry/telemetry-store.ts";
import { type ChunkMarks, decodeMarks, type FactChunk, readFacts } from "./fact-chunk.ts";
import type { LogPart } from "./log-query.ts";
import type { OnDamage, RunDataFiles } from "./run-files.ts";
import { lineOf } from "./waiting-lines.ts";

/** What JSON writes as it is; what it may write in another way is looked for in the lines themselves. */
const PLAIN = /^[ !#-.0-[\]-~]+$/;

/** Behind nobody's offsets, so that nobody is told; but in its place, since facts are read by their number. */
const LOST: PlacedFact = { writer: "", end: 0, fact: { type: "alive", time: 0 } };

export class ChunkReader {
  private readonly files: RunDataFiles;
  private readonly onDamage: OnDamage;

  constructor(files: RunDataFiles, onDamage: OnDamage) {
    this.files = files;
    this.onDamage = onDamage;
  }

  part(chunk: FactChunk): LogPart {
    return new ChunkPart(this.files, chunk, this.onDamage);
  }

  /** Those of the parts that are chunks, from disk in one go. */
  async fetch(parts: readonly LogPart[]): Promise<void> {
    const chunks = parts.filter((part) => part instanceof ChunkPart);
    const read = await readChunks(
      this.files,
      chunks.map(({ chunk }) => chunk),
    );
    for (const [at, part] of chunks.entries()) part.bytes = read[at] ?? null;
  }

  async facts(chunk: FactChunk): Promise<readonly PlacedFact[]> {
    const found = await new ChunkPart(this.files, chunk, this.onDamage).facts();
    return Array.from({ length: chunk.facts }, (_, number) => found.get(number) ?? LOST);
  }
}

const NO_MARKS: ChunkMarks = {
  levels: new Uint8Array(),
  templates: new Uint32Array(),
  facts: new Uint32Array(),
  subs: new Uint32Array(),
  frames: [],
};

class ChunkPart implements LogPart {
  readonly firstLine: number;
  readonly lines: number;
  readonly levelCounts: readonly number[];
  readonly chunk: FactChunk;
  /** Marks and body as they lie on disk. */
  bytes: Uint8Array | null = null;
  private readonly files: RunDataFiles;
  private readonly onDamage: OnDamage;
  private decoded: ChunkMarks | null = null;

  constructor(files: RunDataFiles, chunk: FactChunk, onDamage: OnDamage) {
    this.files = files;
    this.onDamage = onDamage;
    this.chunk = chunk;
    this.firstLine = chunk.firstLine;
    this.lines = chunk.lines;
    this.levelCounts = chunk.levelCounts;
  }

  async marks(): Promise<ChunkMarks> {
    if (this.decoded === null) {
      const bytes = (await this.packed()).subarray(0, this.chunk.marksLength);
      try {
        this.decoded = decodeMarks(bytes, this.lines);
      } catch {
        this.tellDamage();
        this.decoded = NO_MARKS;
      }
    }
    return this.decoded;
  }

  async facts(wanted?: ReadonlySet<number>, search?: string): Promise<ReadonlyMap<number, PlacedFact>> {
    const { frames } = await this.marks();
    const body = (await this.packed()).subarray(this.chunk.marksLength);
    return readFacts(body, frames, () => this.tellDamage(), wanted, search);
  }

  async read(picked: readonly number[], search?: string): Promise<readonly LogLine[]> {
    const { facts, subs } = await this.marks();
    const wanted = new Set(picked.map((at) => facts[at] ?? 0));
    const read = await this.facts(wanted, search !== undefined && PLAIN.test(search) ? search : undefined);
    return picked.flatMap((at): readonly LogLine[] => {
      const fact = read.get(facts[at] ?? 0);
      return fact ? lineOf(fact, subs[at] ?? 0, this.firstLine + at) : [];
    });
  }

  private tellDamage(): void {
    const { file, at } = this.chunk;
    this.onDamage(`facts at ${at} of ${this.files.pathOf("kept", file)}`);
  }

  private async packed(): Promise<Uint8Array> {
    this.bytes ??= (await readChunks(this.files, [this.chunk]))[0] ?? new Uint8Array();
    return this.bytes;
  }
}

async function readChunks(files: RunDataFiles, chunks: readonly FactChunk[]): Promise<readonly Uint8Array[]> {
  const spans = chunks.map(({ file, at, marksLength, length }) => ({
    file,
    at,
    length: marksLength + length,
  }));
  return (await files.read("kept", spans)).map((bytes, index) => {
    if (bytes) return bytes;
    throw new Error(`A file of telemetry has gone: ${files.pathOf("kept", spans[index]?.file ?? 0)}`);
  });
}
