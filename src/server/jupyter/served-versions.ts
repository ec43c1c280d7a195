/**
 * Which version of a notebook a client has: what it read or wrote last. A client that sends a notebook back changed
 * that one, and what others did since stays.
 *
 * HTTP names no client, so each reading begins a line of versions, and what comes back continues one: the one whose
 * hash or time it names; else, of those of the same program and person, the one that was read on the same connection;
 * else the one that it differs least from (but is not equal to: who saves, changed something). Lines are kept up to a
 * limit; of a client whose line is gone nobody knows what it changed, and nothing is taken away for it.
 */
import { type KeyedNotebook, keyedLike } from "../../nbformat/merge/cell-keys.ts";
import type { Notebook, Output } from "../../nbformat/notebook.ts";

/** A version as it is merged. */
export interface HadVersion {
  readonly keyed: KeyedNotebook;
  /** The live document whose keys these are; null: the keys are those of a file. */
  readonly live: string | null;
  /** Where `keyed` has faces of outputs that are kept beside the document: the outputs that the client has, by key. */
  readonly wholes: ReadonlyMap<string, readonly Output[]>;
}

export interface ServedVersion extends HadVersion {
  /** Hash and time of modification, as the client was told, where they are of just this version. */
  readonly marks: readonly string[];
  /** About as much memory as it takes. */
  readonly bytes: number;
}

/** Who reads and writes, as far as a request tells. */
export interface Client {
  readonly program: string;
  /** Address and port of the other end. */
  readonly connection: string;
}

export interface VersionLine {
  version: ServedVersion;
  file: string;
  readonly program: string;
  connection: string;
  /** A client has written it: it is kept before those that were only read. */
  isWritten: boolean;
}

const MAX_BYTES = 128 * 1024 ** 2;
const MAX_OF_A_PROGRAM = 16;
/** Readings of the same version: as many clients of one program may have it. */
const MAX_SAME = 4;
const MAX_LINES = 2_000;

export class ServedVersions {
  /** Last used last. */
  private lines: VersionLine[] = [];

  /** A client read this version. */
  served(file: string, client: Client, version: ServedVersion): void {
    const same = this.of(file, client).filter(
      (line) => !line.isWritten && sharesMark(line.version, version.marks),
    );
    const [again = same.length < MAX_SAME ? undefined : same[0]] = same.filter(
      ({ connection }) => connection === client.connection,
    );
    if (again) this.touch(again, client, version, false);
    else this.lines.push({ version, file, ...client, isWritten: false });
    this.limit(file, client);
  }

  /** Null: nobody knows what this client had. */
  find(file: string, client: Client, sent: Notebook, marks: readonly string[]): VersionLine | null {
    const own = this.of(file, client);
    const named = this.lines.filter((line) => line.file === file && sharesMark(line.version, marks));
    if (named.length > 0) return closest(named, sent);
    const connected = own.filter(({ connection }) => connection === client.connection);
    return closest(connected.length === 1 ? connected : own, sent);
  }

  /** A client wrote this version; from now on it has it. */
  took(file: string, client: Client, line: VersionLine | null, version: ServedVersion): void {
    if (line === null) this.lines.push({ version, file, ...client, isWritten: true });
    else this.touch(line, client, version, true);
    this.limit(file, client);
  }

  /** Its file has another name now; null: it is gone. */
  moved(file: string, to: string | null): void {
    if (to === null) this.lines = this.lines.filter((line) => line.file !== file);
    else for (const line of this.lines) if (line.file === file) line.file = to;
  }

  private of(file: string, { program }: Client): VersionLine[] {
    return this.lines.filter((line) => line.file === file && line.program === program);
  }

  private touch(line: VersionLine, { connection }: Client, version: ServedVersion, isWritten: boolean): void {
    line.version = version;
    line.connection = connection;
    line.isWritten ||= isWritten;
    this.lines = [...this.lines.filter((other) => other !== line), line];
  }

  private limit(file: string, client: Client): void {
    const own = this.of(file, client);
    const oldestFirst = [
      ...own.filter(({ isWritten }) => !isWritten),
      ...own.filter(({ isWritten }) => isWritten),
    ];
    const surplus = new Set(oldestFirst.slice(0, Math.max(0, own.length - MAX_OF_A_PROGRAM)));
    this.lines = this.lines.filter((line) => !surplus.has(line)).slice(-MAX_LINES);
    let bytes = this.lines.reduce((sum, { version }) => sum + version.bytes, 0);
    while (bytes > MAX_BYTES && this.lines.length > 0) bytes -= this.lines.shift()?.version.bytes ?? 0;
  }
}

function sharesMark(version: ServedVersion, marks: readonly string[]): boolean {
  return version.marks.some((mark) => marks.includes(mark));
}

/** Of those that are as close, the newest. */
function closest(lines: readonly VersionLine[], sent: Notebook): VersionLine | null {
  if (lines.length <= 1) return lines[0] ?? null;
  const measured = lines
    .map((line) => ({ line, distance: distanceOf(line.version.keyed, sent) }))
    .toReversed();
  const changed = measured.filter(({ distance }) => distance > 0);
  const [first, ...rest] = changed.length > 0 ? changed : measured;
  return (
    rest.reduce((best, next) => (next.distance < (best?.distance ?? 0) ? next : best), first)?.line ?? null
  );
}

/** In how many cells they differ. */
function distanceOf(base: KeyedNotebook, sent: Notebook): number {
  const theirs = keyedLike(base, sent);
  const sources = new Map(base.keys.map((key, index) => [key, base.notebook.cells[index]?.source]));
  let common = 0;
  let changed = 0;
  for (const [index, key] of theirs.keys.entries()) {
    const source = sources.get(key);
    if (source === undefined) continue;
    common += 1;
    if (source !== theirs.notebook.cells[index]?.source) changed += 1;
  }
  return base.keys.length + theirs.keys.length - 2 * common + changed;
}
