/**
 * A share: a link that gives somebody limited rights to one notebook or folder, until it is taken back or expires.
 * Its secret is in the link alone; what is kept is a hash of it.
 */
import type { Unsubscribe } from "../util/emitter.ts";
import { LoopbookError } from "../util/errors.ts";
import { foldName } from "../util/fold-name.ts";
import type { Access, Scope } from "./access.ts";
import type { Rights } from "./party.ts";

export interface Share {
  /** Names it in lists and when it is taken back; opens nothing. */
  readonly id: string;
  /** The person as records name them: the same for all shares with the same name. */
  readonly who: string;
  /** As the owner calls them. */
  readonly name: string;
  readonly rights: Rights;
  readonly scope: Scope;
  readonly createdAtMs: number;
  /** Null: never. */
  readonly expiresAtMs: number | null;
}

/** Where shares are kept (port); all of a user's processes see the same, at once. */
export interface ShareStore {
  /** @throws LoopbookError `too-many-shares`, `state-folder-unwritable`. */
  add(share: Share, token: string): void;
  /** Oldest first, expired ones too. */
  list(): readonly Share[];
  /** Whose secret this is, whether it has expired or not: a token, or what a browser's cookie holds of one. */
  bySecret(kind: "token" | "session", secret: string): Share | null;
  byId(id: string): Share | null;
  /** False: there is none. */
  remove(id: string): boolean;
  /** A notebook has another path now: shares of it follow. */
  moved(from: string, to: string): void;
  /** Tells when a share may have come, changed or gone. */
  watch(listener: () => void): Unsubscribe;
}

/** Longer names are cut, so that a name never floods a page. */
const MAX_NAME_LENGTH = 80;
/** Who the program itself is to records: no share may be called so. */
const OWN_NAMES = new Set(["local", "guest", "file", "outside", "loopbook", "anonymous"]);

/**
 * A person as records name them, from what their owner calls them: `Ben Okri` → `ben-okri`.
 * @throws LoopbookError `bad-name`.
 */
export function whoOf(name: string): string {
  const who = foldName(name, MAX_NAME_LENGTH);
  if (who === "") throw new LoopbookError("bad-name", "A person's name needs a letter or a digit.");
  // Runs are parties of their own, named by their ids.
  if (OWN_NAMES.has(who) || /^(run|nb)-/.test(who))
    throw new LoopbookError("bad-name", `${name} is a name of Loopbook's own in records. Choose another.`);
  return who;
}

/** For display: without what would break a line or turn its direction. */
export function shownName(name: string): string {
  return name
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .trim()
    .slice(0, MAX_NAME_LENGTH);
}

export function isExpired(share: Pick<Share, "expiresAtMs">, nowMs: number): boolean {
  return share.expiresAtMs !== null && share.expiresAtMs <= nowMs;
}

/** What the holder of a share's secret may do. */
export function accessBy({ id, who, name, rights, scope, expiresAtMs }: Share): Access {
  return {
    party: { kind: "person", who, using: "browser", displayName: name },
    rights,
    scope,
    share: { id, expiresAtMs },
  };
}

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `30m`, `12h`, `7d`, `2w` in ms; null: it is none of these. */
export function durationMs(text: string): number | null {
  const [, count, unit] = /^(\d{1,5})\s*([mhdw])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
