import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { randomToken } from "../util/ids.ts";

/** 40 characters of 36 are 206 random bits: nobody guesses one, and it survives a copy from a terminal. */
const TOKEN_LENGTH = 40;

/** What a browser's cookie holds in place of a token: made from it, and no way back. */
export function sessionFor(token: string): string {
  return createHash("sha256").update(`loopbook session\n${token}`).digest("base64url");
}

/** What is kept of a secret that need only be recognised. A guess is hopeless, so a plain hash will do. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(`loopbook secret\n${secret}`).digest("hex");
}

/** A new secret that opens a server to whoever holds it. */
export function createToken(): string {
  return randomToken(TOKEN_LENGTH);
}

/**
 * The token of a server that stays (`loopbook up`), kept in a file that only its owner can read, so that a
 * bookmark and an open page survive a restart.
 * @throws LoopbookError `state-folder-unwritable`.
 */
export function keptToken(path: string): string {
  const known = readToken(path);
  if (known) return known;
  const token = createToken();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${token}\n`, { mode: 0o600, flag: "wx" });
    return token;
  } catch (cause) {
    // Another server may have made it in this very moment; then both use that one.
    const theirs = readToken(path);
    if (theirs) return theirs;
    throw new LoopbookError(
      "state-folder-unwritable",
      `Loopbook could not keep its token in ${path} (${messageOf(cause)}). Delete that file or make its folder writable, then start again.`,
      { cause },
    );
  }
}

function readToken(path: string): string | undefined {
  try {
    const token = readFileSync(path, "utf8").trim();
    chmodSync(path, 0o600);
    return /^[0-9a-z]{40,}$/.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
