/**
 * Who holds which secret. A token opens the server to programs (`Authorization: Bearer`); a browser holds a value
 * derived from it in a cookie, so that the token itself is in no browser's storage.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Access } from "../../people/access.ts";
import { accessBy, isExpired, type ShareStore } from "../../people/shares.ts";
import { sessionFor } from "../../people/token.ts";
import { type Clock, systemClock } from "../../util/clock.ts";

export interface Credentials {
  /** The access of whoever holds this token; null: nobody's. */
  byToken(token: string): Access | null;
  bySession(session: string): Access | null;
  /** What the cookie of this token's holder holds. */
  sessionFor(token: string): string;
}

export interface TokenGrant {
  readonly token: string;
  readonly access: Access;
}

/** @param shares looked up anew for each request, so that one that was taken back is so at once. */
export function credentials(
  grants: readonly TokenGrant[],
  shares?: Pick<ShareStore, "bySecret">,
  clock: Clock = systemClock,
): Credentials {
  const known = grants.map(({ token, access }) => ({
    token: digest(token),
    session: digest(sessionFor(token)),
    access,
  }));
  // Every grant is compared, whichever matched, so that the time tells nothing.
  const find = (kind: "token" | "session", secret: string): Access | null => {
    const given = digest(secret);
    let found: Access | null = null;
    for (const grant of known) if (timingSafeEqual(grant[kind], given)) found = grant.access;
    return found ?? byShare(kind, secret);
  };
  const byShare = (kind: "token" | "session", secret: string): Access | null => {
    const share = shares?.bySecret(kind, secret) ?? null;
    return share === null || isExpired(share, clock.now()) ? null : accessBy(share);
  };
  return {
    byToken: (token) => find("token", token),
    bySession: (session) => find("session", session),
    sessionFor,
  };
}

// Digests are of one length, which `timingSafeEqual` needs.
function digest(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** One name a port: cookies of a host are shared by all its ports, and two servers must not sign each other out. */
export function cookieName(port: number): string {
  return `loopbook-${port}`;
}

/** The value of a cookie in a `Cookie` header; undefined when absent. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** The token of `Authorization: Bearer …`, or `token …` as Jupyter's clients say; undefined when there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^(?:Bearer|token) +([^\s]+)$/i.exec(header ?? "")?.[1];
}
