/**
 * `PublicationStore` in `<state folder>/publications`: a file each, and beside it the frozen content. Read anew at each
 * look, so that one that was taken back is so for every process with the next request.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import type { Publication, PublicationStore } from "../../publish/publication.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";

const MAX_PUBLICATIONS = 1_000;
const ID = /^pub_[0-9a-z]{8}$/;

export class PublicationFiles implements PublicationStore {
  private readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, "publications");
  }

  list(): readonly Publication[] {
    let names: readonly string[] = [];
    try {
      names = readdirSync(this.folder);
    } catch {
      return [];
    }
    return names
      .flatMap((name) => this.read(name.replace(/\.json$/, "")) ?? [])
      .sort((a, b) => a.createdAtMs - b.createdAtMs);
  }

  bySecret(secret: string): Publication | null {
    // All are compared: the secrets are 206 random bits, and their number is small.
    return this.list().find((publication) => publication.secret === secret) ?? null;
  }

  put(publication: Publication, frozen?: Iterable<string>): void {
    const known = this.list();
    if (known.length >= MAX_PUBLICATIONS && !known.some(({ id }) => id === publication.id))
      throw new LoopbookError(
        "too-many-publications",
        `There are ${MAX_PUBLICATIONS} publications. Take some back with \`loopbook publish --revoke\`.`,
      );
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      if (frozen !== undefined) this.write(`${publication.id}.html`, frozen);
      this.write(`${publication.id}.json`, [JSON.stringify(publication)]);
    } catch (cause) {
      throw new LoopbookError(
        "state-folder-unwritable",
        `Loopbook could not write to ${this.folder} (${messageOf(cause)}). Make the folder writable, or set LOOPBOOK_HOME to another one.`,
        { cause },
      );
    }
  }

  frozenFile(id: string): string | null {
    const path = join(this.folder, `${id}.html`);
    return ID.test(id) && existsSync(path) ? path : null;
  }

  remove(id: string): boolean {
    if (this.read(id) === null) return false;
    // The record first: from here on its address shows nothing.
    rmSync(join(this.folder, `${id}.json`), { force: true });
    rmSync(join(this.folder, `${id}.html`), { force: true });
    return true;
  }

  moved(from: string, to: string): void {
    for (const publication of this.list()) {
      const way = relative(from, publication.path);
      if (way === ".." || way.startsWith(`..${sep}`)) continue;
      this.put({ ...publication, path: way === "" ? to : join(to, way) });
    }
  }

  private read(id: string): Publication | null {
    if (!ID.test(id)) return null;
    try {
      const kept: unknown = JSON.parse(readFileSync(join(this.folder, `${id}.json`), "utf8"));
      return isPublication(kept) && kept.id === id ? kept : null;
    } catch {
      return null;
    }
  }

  /** Whole or not at all, for its owner only. */
  private write(name: string, pieces: Iterable<string>): void {
    const temporary = join(this.folder, `.${randomToken(8)}.tmp`);
    try {
      writeFileSync(temporary, "", { mode: 0o600 });
      const file = openSync(temporary, "a");
      try {
        for (const piece of pieces) writeFileSync(file, piece);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, join(this.folder, name));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

export const createPublicationId = (): string => `pub_${randomToken(8)}`;

/** Anything else is damaged, or of a version that wrote it otherwise: it shows nothing. */
function isPublication(value: unknown): value is Publication {
  if (typeof value !== "object" || value === null) return false;
  const { id, secret, path, mode, withSource, access, createdAtMs, frozenAtMs } = value as Publication;
  return (
    [id, secret, path].every((text) => typeof text === "string") &&
    (mode === "live" || mode === "frozen") &&
    (access === "link" || access === "signed-in") &&
    typeof withSource === "boolean" &&
    typeof createdAtMs === "number" &&
    (frozenAtMs === null || typeof frozenAtMs === "number")
  );
}
