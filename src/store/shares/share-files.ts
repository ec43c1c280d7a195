/**
 * `ShareStore` in `<state folder>/shares`: a file a share, and for each of its two secrets a file named by the
 * secret's hash that tells which share it opens. A lookup reads two small files and trusts no memory, so a share that
 * was taken back is dead for every process with the next request.
 */
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Share, ShareStore } from "../../people/shares.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";

/** More is a program gone wild; expired ones make room. */
const MAX_SHARES = 1_000;
const POLL_MS = 1_000;

/** Hashes of secrets, as `people/token.ts` makes them. */
export interface ShareSecrets {
  hashOf(secret: string): string;
  sessionFor(token: string): string;
}

interface Kept extends Share {
  readonly tokenHash: string;
  readonly sessionHash: string;
}

export class ShareFiles implements ShareStore {
  private readonly folder: string;
  private readonly secrets: ShareSecrets;
  private readonly clock: Clock;

  constructor(stateFolder: string, secrets: ShareSecrets, clock: Clock = systemClock) {
    this.clock = clock;
    this.folder = join(stateFolder, "shares");
    this.secrets = secrets;
  }

  add(share: Share, token: string): void {
    const { hashOf, sessionFor } = this.secrets;
    const kept: Kept = { ...share, tokenHash: hashOf(token), sessionHash: hashOf(sessionFor(token)) };
    if (this.ids().length >= MAX_SHARES) this.removeExpired();
    if (this.ids().length >= MAX_SHARES)
      throw new LoopbookError(
        "too-many-shares",
        `There are ${MAX_SHARES} shares. Take some back with \`loopbook share --revoke\`.`,
      );
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      // The share last: until it is there, its secrets open nothing.
      for (const hash of [kept.tokenHash, kept.sessionHash]) this.write(`secret-${hash}`, share.id);
      this.write(fileOf(share.id), JSON.stringify(kept));
    } catch (cause) {
      throw unwritable(this.folder, cause);
    }
  }

  list(): readonly Share[] {
    return this.ids()
      .flatMap((id) => this.read(id) ?? [])
      .sort((a, b) => a.createdAtMs - b.createdAtMs)
      .map(publicPart);
  }

  bySecret(kind: "token" | "session", secret: string): Share | null {
    const hash = this.secrets.hashOf(secret);
    let id: string;
    try {
      id = readFileSync(join(this.folder, `secret-${hash}`), "utf8");
    } catch {
      return null;
    }
    const kept = this.read(id);
    if (kept === null || (kind === "token" ? kept.tokenHash : kept.sessionHash) !== hash) return null;
    return publicPart(kept);
  }

  byId(id: string): Share | null {
    const kept = this.read(id);
    return kept && publicPart(kept);
  }

  remove(id: string): boolean {
    const kept = this.read(id);
    if (kept === null) return false;
    try {
      // The share first: from here on its secrets open nothing.
      rmSync(join(this.folder, fileOf(id)));
      for (const hash of [kept.tokenHash, kept.sessionHash])
        rmSync(join(this.folder, `secret-${hash}`), { force: true });
    } catch (cause) {
      throw unwritable(this.folder, cause);
    }
    return true;
  }

  moved(from: string, to: string): void {
    for (const id of this.ids()) {
      const kept = this.read(id);
      if (kept?.scope.type !== "notebook" || kept.scope.path !== from) continue;
      this.write(fileOf(id), JSON.stringify({ ...kept, scope: { ...kept.scope, path: to } }));
    }
  }

  /** By the system's notices, and by looking, for folders that give none. */
  watch(listener: () => void): Unsubscribe {
    let watcher: FSWatcher | null = null;
    let before = this.changedAt();
    const listen = (): void => {
      try {
        mkdirSync(this.folder, { recursive: true, mode: 0o700 });
        watcher = watch(this.folder, { persistent: false }, listener);
        watcher.on("error", () => {
          watcher?.close();
          watcher = null;
        });
      } catch {
        watcher = null;
      }
    };
    listen();
    const poll = setInterval(() => {
      if (watcher === null) listen();
      const now = this.changedAt();
      if (now === before) return;
      before = now;
      listener();
    }, POLL_MS);
    poll.unref();
    return () => {
      clearInterval(poll);
      watcher?.close();
    };
  }

  private changedAt(): bigint {
    return statSync(this.folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  }

  private removeExpired(): void {
    const now = this.clock.now();
    for (const { id, expiresAtMs } of this.list())
      if (expiresAtMs !== null && expiresAtMs <= now) this.remove(id);
  }

  private ids(): string[] {
    try {
      return readdirSync(this.folder).flatMap((name) => /^(sh_[0-9a-z]{8})\.json$/.exec(name)?.[1] ?? []);
    } catch {
      return [];
    }
  }

  private read(id: string): Kept | null {
    if (!/^sh_[0-9a-z]{8}$/.test(id)) return null;
    try {
      const kept: unknown = JSON.parse(readFileSync(join(this.folder, fileOf(id)), "utf8"));
      return isKept(kept) && kept.id === id ? kept : null;
    } catch {
      return null;
    }
  }

  /** Whole or not at all, for its owner only. */
  private write(name: string, text: string): void {
    const temporary = join(this.folder, `.${randomToken(8)}.tmp`);
    try {
      writeFileSync(temporary, text, { mode: 0o600, flush: true });
      renameSync(temporary, join(this.folder, name));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

export const createShareId = (): string => `sh_${randomToken(8)}`;

const fileOf = (id: string): string => `${id}.json`;

function publicPart({ tokenHash: _token, sessionHash: _session, ...share }: Kept): Share {
  return share;
}

/** Anything else is damaged, or of a version that wrote it otherwise: it opens nothing. */
function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const { id, who, name, rights, scope, createdAtMs, expiresAtMs, tokenHash, sessionHash } = value as Kept;
  return (
    [id, who, name, tokenHash, sessionHash].every((text) => typeof text === "string") &&
    typeof createdAtMs === "number" &&
    (expiresAtMs === null || typeof expiresAtMs === "number") &&
    typeof rights === "object" &&
    [rights?.view, rights?.edit, rights?.execute].every((right) => typeof right === "boolean") &&
    typeof scope === "object" &&
    (scope?.type === "notebook" || scope?.type === "folder") &&
    typeof scope.path === "string"
  );
}

function unwritable(folder: string, cause: unknown): LoopbookError {
  return new LoopbookError(
    "state-folder-unwritable",
    `Loopbook could not write to ${folder} (${messageOf(cause)}). Make the folder writable, or set LOOPBOOK_HOME to another one.`,
    { cause },
  );
}
