/**
 * Texts by their hash in one file, compressed, each once:
 *
 *   u32 length of the compressed text | 20 bytes of the text's SHA-256 | the text, deflated
 *
 * Little-endian. The file is only added to; what a crash tore off at its end is cut away before the next text comes.
 */
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { deflateRaw, deflateRawSync, inflateRaw } from "node:zlib";

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

const HASH = 20;
const HEAD = 4 + HASH;
/** No longer in one turn of the event loop: others wait. */
const TURN_MS = 4;
/** A trip to another thread costs more than deflating a text of this size here. */
const SMALL_CHARACTERS = 8 * 1024;
const READ_AHEAD = 1024 * 1024;

interface Place {
  readonly at: number;
  readonly length: number;
}

export class Content {
  private readonly path: string;
  private index: Map<string, Place> | null = null;
  private end = 0;
  /** One thing at a time. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  get bytes(): number {
    return this.end;
  }

  put(texts: readonly string[]): Promise<readonly string[]> {
    return this.next(async () => {
      const index = await this.load();
      const keys: string[] = [];
      const added = new Map<string, Buffer>();
      let turnBegan = performance.now();
      for (const text of texts) {
        const hash = createHash("sha256").update(text).digest().subarray(0, HASH);
        const key = keyOf(hash);
        keys.push(key);
        if (!index.has(key) && !added.has(key)) {
          const bytes = Buffer.from(text);
          const packed = text.length <= SMALL_CHARACTERS ? deflateRawSync(bytes) : await compress(bytes);
          const head = Buffer.alloc(HEAD);
          head.writeUInt32LE(packed.length, 0);
          hash.copy(head, 4);
          added.set(key, Buffer.concat([head, packed]));
        }
        if (performance.now() - turnBegan > TURN_MS) {
          await nextTurn();
          turnBegan = performance.now();
        }
      }
      if (added.size > 0) await this.add(index, added);
      return keys;
    });
  }

  get(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.next(async () => {
      const index = await this.load();
      const found = new Map<string, string>();
      const wanted = [...new Set(keys)].flatMap((key) => {
        const place = index.get(key);
        return place === undefined ? [] : [{ key, place }];
      });
      if (wanted.length === 0) return found;
      const file = await open(this.path, "r");
      try {
        for (const { key, place } of wanted) {
          const packed = Buffer.allocUnsafe(place.length);
          await file.read(packed, 0, place.length, place.at);
          const text = await expand(packed).then(
            (bytes) => bytes.toString("utf8"),
            () => null,
          );
          // Damaged content is as good as none.
          if (text !== null && keyOfText(text) === key) found.set(key, text);
        }
      } finally {
        await file.close();
      }
      return found;
    });
  }

  keepOnly(keys: ReadonlySet<string>): Promise<void> {
    return this.next(async () => {
      const index = await this.load();
      const kept = [...index].filter(([key]) => keys.has(key)).sort(([, a], [, b]) => a.at - b.at);
      if (kept.length === index.size) return;
      const temporary = `${this.path}.tmp`;
      const from = await open(this.path, "r");
      const to = await open(temporary, "w", 0o600);
      try {
        for (const [, { at, length }] of kept) {
          const record = Buffer.allocUnsafe(HEAD + length);
          await from.read(record, 0, record.length, at - HEAD);
          await to.appendFile(record);
        }
        await to.datasync();
      } catch (error) {
        await unlink(temporary).catch(() => {});
        throw error;
      } finally {
        await from.close();
        await to.close();
      }
      await rename(temporary, this.path);
      this.index = null;
      await this.load();
    });
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.work.then(work);
    this.work = done.catch(() => {});
    return done;
  }

  private async add(index: Map<string, Place>, added: ReadonlyMap<string, Buffer>): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, "a", 0o600);
    try {
      // A torn record would hide all that comes after it.
      if ((await file.stat()).size > this.end) await file.truncate(this.end);
      await file.appendFile(Buffer.concat([...added.values()]));
      await file.datasync();
    } finally {
      await file.close();
    }
    for (const [key, { length }] of added) {
      index.set(key, { at: this.end + HEAD, length: length - HEAD });
      this.end += length;
    }
  }

  private async load(): Promise<Map<string, Place>> {
    if (this.index !== null) return this.index;
    const index = new Map<string, Place>();
    const file = await open(this.path, "r").catch(() => null);
    this.end = file === null ? 0 : await scan(file, index).finally(() => file.close());
    this.index = index;
    return index;
  }
}

/** @returns the end of the last whole record. */
async function scan(file: FileHandle, index: Map<string, Place>): Promise<number> {
  const { size } = await file.stat();
  let buffer = Buffer.alloc(0);
  let bufferAt = 0;
  let at = 0;
  while (at + HEAD <= size) {
    if (at + HEAD > bufferAt + buffer.length || at < bufferAt) {
      buffer = Buffer.allocUnsafe(Math.min(READ_AHEAD, size - at));
      await file.read(buffer, 0, buffer.length, at);
      bufferAt = at;
    }
    const head = buffer.subarray(at - bufferAt, at - bufferAt + HEAD);
    const length = head.readUInt32LE(0);
    if (at + HEAD + length > size) break;
    index.set(keyOf(head.subarray(4)), { at: at + HEAD, length });
    at += HEAD + length;
  }
  return at;
}

const keyOf = (hash: Uint8Array): string => Buffer.from(hash).toString("base64url");
const keyOfText = (text: string): string =>
  keyOf(createHash("sha256").update(text).digest().subarray(0, HASH));
