import { sourceHash } from "../util/source-hash.ts";

/**
 * An id for a cell whose file has none: the same for the same `seed`, so that reading a file twice gives the same
 * notebook. Eight characters as Jupyter's own.
 */
export function derivedCellId(seed: string, isTaken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = sourceHash(`${attempt}\n${seed}`).slice(0, 8);
    if (!isTaken(id)) return id;
  }
}
