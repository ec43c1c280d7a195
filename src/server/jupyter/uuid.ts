import { createHash } from "node:crypto";

/** Jupyter's ids are UUIDs, and clients may expect that; the same name gives the same one, in every process. */
export function uuidOf(name: string): string {
  const hex = createHash("sha256").update(`loopbook jupyter\n${name}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
