/** Finding lines in bytes of UTF-8. Pure. */

const LINE_END = 0x0a;

export function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) count++;
  return count;
}

/** Where line `line` begins, counting from 0; the bytes' length when there are fewer. */
export function startOfLine(bytes: Uint8Array, line: number): number {
  let at = 0;
  for (let left = line; left > 0; left--) {
    const end = bytes.indexOf(LINE_END, at);
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
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_END, at);
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
