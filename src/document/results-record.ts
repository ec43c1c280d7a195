/**
 * Results as bytes, for a room's log: JSON, because that is what outputs are. What a log gives back was checked for
 * damage by its checksums; what is not of this form nevertheless is told as null.
 */

import type { OutputEdit } from "./edits.ts";
import type { CellResultsEntry, NotebookResults } from "./notebook-results.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The results of all cells that have some. */
export function encodeResults(results: NotebookResults): Uint8Array {
  return encoder.encode(JSON.stringify([...results.entries()]));
}

export function decodeResults(bytes: Uint8Array): readonly CellResultsEntry[] | null {
  return decodeList<CellResultsEntry>(bytes);
}

/** Edits that were written together. */
export function encodeOutputEdits(edits: readonly OutputEdit[]): Uint8Array {
  return encoder.encode(JSON.stringify(edits));
}

export function decodeOutputEdits(bytes: Uint8Array): readonly OutputEdit[] | null {
  return decodeList<OutputEdit>(bytes);
}

function decodeList<T>(bytes: Uint8Array): readonly T[] | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return Array.isArray(value) ? (value as T[]) : null;
  } catch {
    return null;
  }
}
