import { digest } from "lib0/hash/sha256";

const encoder = new TextEncoder();
/** Node's own is ten times as quick, and a run asks for each cell's. */
const native = typeof process === "object" ? process.getBuiltinModule?.("node:crypto") : undefined;

/**
 * What a person saw when they asked for a cell to run: the SHA-256 of its source, as lower-case hex.
 * Synchronous and the same in browser and Node. An execution request carries this instead of the source, and is
 * refused when the document holds something else by then.
 */
export function sourceHash(source: string): string {
  return native === undefined ? portableHash(source) : native.hash("sha256", source, "hex");
}

/** The same where there is no Node. */
export function portableHash(source: string): string {
  let hex = "";
  for (const byte of digest(encoder.encode(source))) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
