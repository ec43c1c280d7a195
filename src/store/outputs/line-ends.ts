/** Finding lines in bytes of UTF-8. Pure. */

const LINE_END = 0x0a;
/** Not `Buffer`'s own, which takes ten times as long to find one byte nearby. */
const { indexOf } = Uint8Array.prototype;

/** The first line end at or after `from`, or -1. */
function lineEndFrom(bytes: Uint8Array, from: number): number {
  return indexOf.call(bytes, LINE_END, from);
}

export function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = lineEndFrom(bytes, 0); at !== -1; at = lineEndFrom(bytes, at + 1)) count++;
  return count;
}

/** Where line `line` begins, counting from 0; the bytes' length when there are fewer. */
export function startOfLine(bytes: Uint8Array, line: number): number {
  let at = 0;
  for (let left = line; left > 0; left--) {
    const end = lineEndFrom(bytes, at);
    if (end === -1) return bytes.length;
    at = end + 1;
  }
  return at;
}

/** The last whole character's end, where the last one may have been cut. */
export function endOfWholeText(bytes: Uint8Array): number {
  let start = bytes.length;
  for (let back = 0; back < 4 && start > 0; back++) {
    start--;
    const byte = bytes[start] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return start + length <= bytes.length ? bytes.length : start;
  }
  return bytes.length;
}

/** Lines as text without their ends. The last one needs none. */
export function splitLines(bytes: Buffer, maxLineBytes: number): string[] {
  if (maxLineBytes >= bytes.length) {
    const whole = bytes.toString("utf8").split("\n");
    if (whole.at(-1) === "") whole.pop();
    return whole;
  }
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = lineEndFrom(bytes, at);
    const stop = end === -1 ? bytes.length : end;
    lines.push(lineText(bytes.subarray(at, stop), maxLineBytes));
    at = stop + 1;
  }
  return lines;
}

export function lineText(line: Buffer, maxLineBytes: number): string {
  if (line.length <= maxLineBytes) return line.toString("utf8");
  const cut = line.subarray(0, maxLineBytes);
  return `${cut.subarray(0, endOfWholeText(cut)).toString("utf8")}…`;
}
