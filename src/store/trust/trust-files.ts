/**
 * `TrustStore` in `<state folder>/trust`: a secret, and for each notebook a file of marks, named by its path's hash. A
 * mark is an HMAC of an output's content: without the secret, which never leaves this machine's user, no file can
 * bring its own. Read anew each time, so that what another process trusts or takes back counts at once.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrustStore } from "../../usecases/output-trust.ts";
import { randomToken } from "../../util/ids.ts";

/** Of one notebook; of more the oldest go, and a person is asked again. */
const MAX_MARKS = 5_000;
/** Notebooks that are remembered. */
const MAX_FILES = 2_000;

interface Kept {
  readonly path: string;
  readonly marks: readonly string[];
}

export class TrustFiles implements TrustStore {
  private readonly folder: string;
  private secret: Promise<Buffer> | null = null;
  /** One change of a file after the other. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, "trust");
  }

  async markOf(content: string): Promise<string> {
    this.secret ??= this.readSecret();
    return createHmac("sha256", await this.secret)
      .update(content)
      .digest("base64url");
  }

  async marks(path: string): Promise<ReadonlySet<string>> {
    return new Set((await this.read(path)).marks);
  }

  add(path: string, marks: readonly string[]): Promise<void> {
    return this.change(async () => {
      const { marks: before } = await this.read(path);
      const all = [...new Set([...before, ...marks])].slice(-MAX_MARKS);
      if (all.length !== before.length || marks.length >= MAX_MARKS) await this.write(path, all);
      if (before.length === 0) await this.forgetOldest();
    });
  }

  remove(path: string): Promise<void> {
    return this.change(() => rm(this.fileOf(path), { force: true }));
  }

  moved(from: string, to: string): Promise<void> {
    return this.change(async () => {
      const { marks } = await this.read(from);
      if (marks.length === 0) return;
      await this.write(to, marks);
      await rm(this.fileOf(from), { force: true });
    });
  }

  private change(does: () => Promise<void>): Promise<void> {
    const done = this.last.then(does);
    this.last = done.catch(() => {});
    return done;
  }

  private fileOf(path: string): string {
    return join(this.folder, `${createHash("sha256").update(path).digest("hex")}.json`);
  }

  private async read(path: string): Promise<Kept> {
    try {
      const kept: unknown = JSON.parse(await readFile(this.fileOf(path), "utf8"));
      if (isKept(kept) && kept.path === path) return kept;
    } catch {
      // None, or damaged: nothing is trusted.
    }
    return { path, marks: [] };
  }

  private async write(path: string, marks: readonly string[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.replace(this.fileOf(path), JSON.stringify({ path, marks } satisfies Kept));
  }

  private async replace(file: string, text: string | Buffer): Promise<void> {
    const temporary = join(this.folder, `.${randomToken(8)}.tmp`);
    try {
      await writeFile(temporary, text, { mode: 0o600, flush: true });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  private async readSecret(): Promise<Buffer> {
    const file = join(this.folder, "secret");
    const known = await readFile(file).catch(() => null);
    if (known !== null && known.length >= 32) return known;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    try {
      // Another process may make it in the same moment: the first one's counts.
      await writeFile(file, randomBytes(32), { mode: 0o600, flag: known === null ? "wx" : "w", flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    return readFile(file);
  }

  private async forgetOldest(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    if (names.length <= MAX_FILES) return;
    const dated = await Promise.all(
      names.map(async (name) => ({ name, atMs: (await stat(join(this.folder, name))).mtimeMs })),
    );
    dated.sort((a, b) => a.atMs - b.atMs);
    for (const { name } of dated.slice(0, names.length - MAX_FILES))
      await rm(join(this.folder, name), { force: true });
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const { path, marks } = value as Kept;
  return typeof path === "string" && Array.isArray(marks) && marks.every((mark) => typeof mark === "string");
}
