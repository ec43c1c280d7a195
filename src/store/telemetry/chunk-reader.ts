/** Chunks of facts read from disk; the few that were read last stay unpacked. */
import type { LogLine, PlacedFact } from "../../telemetry/telemetry-store.ts";
import { type ChunkMarks, decodeFacts, decodeMarks, type FactChunk, unpackBody } from "./fact-chunk.ts";
import type { LogPart } from "./log-query.ts";
import type { RunDataFiles } from "./run-files.ts";
import { lineOf } from "./waiting-lines.ts";

const MAX_UNPACKED = 4;

export class ChunkReader {
  private readonly files: RunDataFiles;
  private readonly unpacked = new Map<number, Buffer>();

  constructor(files: RunDataFiles) {
    this.files = files;
  }

  part(chunk: FactChunk): LogPart {
    const { firstLine, lines, levelCounts } = chunk;
    let marks: ChunkMarks | null = null;
    const readMarks = async (): Promise<ChunkMarks> => {
      marks ??= decodeMarks(await this.bytes(chunk, chunk.at, chunk.marksLength), lines);
      return marks;
    };
    return {
      firstLine,
      lines,
      levelCounts,
      marks: readMarks,
      read: async (picked) => {
        const { facts, subs } = await readMarks();
        const wanted = new Set(picked.map((at) => facts[at] ?? 0));
        const read = decodeFacts(await this.body(chunk), wanted);
        return picked.flatMap((at): readonly LogLine[] => {
          const fact = read.get(facts[at] ?? 0);
          return fact ? lineOf(fact, subs[at] ?? 0, firstLine + at) : [];
        });
      },
      // What JSON may write in another way is looked for in the lines themselves.
      mayHold: async (text) =>
        !/^[ !#-.0-[\]-~]+$/.test(text) ||
        (await this.body(chunk)).toString("latin1").toLowerCase().includes(text),
    };
  }

  async facts(chunk: FactChunk): Promise<readonly PlacedFact[]> {
    return [...decodeFacts(await this.body(chunk)).values()];
  }

  private async body(chunk: FactChunk): Promise<Buffer> {
    const known = this.unpacked.get(chunk.firstFact);
    if (known) return known;
    const body = unpackBody(await this.bytes(chunk, chunk.at + chunk.marksLength, chunk.length));
    this.unpacked.set(chunk.firstFact, body);
    const [oldest] = this.unpacked.keys();
    if (this.unpacked.size > MAX_UNPACKED && oldest !== undefined) this.unpacked.delete(oldest);
    return body;
  }

  private async bytes({ file }: FactChunk, at: number, length: number): Promise<Uint8Array> {
    const [bytes] = await this.files.read("kept", [{ file, at, length }]);
    if (!bytes) throw new Error(`A file of telemetry has gone: ${this.files.pathOf("kept", file)}`);
    return bytes;
  }
}
