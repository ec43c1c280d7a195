/** From bytes to text, with a reason where that is not possible. */
import { lineOf } from "./json-diagnosis.ts";
import { unreadable } from "./unreadable.ts";

/**
 * The largest notebook that is read: 100 MB. A larger one would take many times its size in memory in every
 * program that opens it, the browser first. Look at the size before reading a file whole.
 */
export const MAX_NOTEBOOK_BYTES = 100 * 1024 * 1024;

/** Refuses a file by its size alone. @throws LoopbookError `notebook-unreadable`. */
export function checkNotebookSize(bytes: number, fileName: string): void {
  if (bytes <= MAX_NOTEBOOK_BYTES) return;
  const size = Math.round(bytes / 1024 / 1024);
  throw unreadable(
    fileName,
    `is ${size} MB; Loopbook reads notebooks up to ${MAX_NOTEBOOK_BYTES / 1024 / 1024} MB. Clear its large outputs (jupyter nbconvert --clear-output --inplace), or keep big data in files beside it.`,
  );
}

/** @throws LoopbookError `notebook-unreadable`. */
export function decodeText(source: string | Uint8Array, fileName: string): string {
  checkNotebookSize(source.length, fileName);
  if (source.length === 0) throw unreadable(fileName, "is empty. Was it cut off while being copied?");
  if (typeof source === "string") return source;
  const [first, second] = source;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw unreadable(fileName, "is UTF-16 text; a notebook is UTF-8. Save it as UTF-8.");
  if (first === 0x1f && second === 0x8b)
    throw unreadable(fileName, "is compressed (gzip), not a notebook. Unpack it first.");
  if (first === 0x50 && second === 0x4b && source[2] === 3)
    throw unreadable(fileName, "is a zip archive, not a notebook. Unpack it first.");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(source);
  } catch (cause) {
    const valid = validPrefix(source);
    const line = lineOf(valid, valid.length);
    const isCut = decodeStart(source, source.length) !== undefined;
    throw unreadable(
      fileName,
      isCut
        ? `ends in the middle of a character (line ${line}). Was it cut off while being copied?`
        : `is not valid UTF-8 (line ${line}). A notebook is UTF-8 text; was it saved in another encoding, or is it binary?`,
      cause,
    );
  }
}

/** The first `end` bytes as text, or undefined when they are not UTF-8; a character that is cut by `end` passes. */
function decodeStart(bytes: Uint8Array, end: number): string | undefined {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(0, end), { stream: true });
  } catch {
    return undefined;
  }
}

/** The text before the first byte that is not UTF-8; finds it by halving. */
function validPrefix(bytes: Uint8Array): string {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decodeStart(bytes, middle) === undefined) bad = middle;
    else good = middle;
  }
  return decodeStart(bytes, good) ?? "";
}
