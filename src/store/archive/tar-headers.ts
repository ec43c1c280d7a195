/**
 * Headers of tar archives: POSIX.1-1988 ustar, with a pax record (POSIX.1-2001) before an entry whose name or size
 * does not fit. Source: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html. Pure.
 */
import type { PackedEntry } from "./packed-entry.ts";

export const BLOCK = 512;
/** Eleven octal digits. */
const MAX_USTAR_SIZE = 0o77777777777;
const NAME_BYTES = 100;

type Entry = Pick<PackedEntry, "name" | "type" | "size" | "modifiedAt" | "mode">;

/** All that stands before an entry's content. */
export function tarHeader(entry: Entry): Buffer {
  const name = entry.type === "folder" ? `${entry.name}/` : entry.name;
  const records = [
    needsPax(name) ? paxRecord("path", name) : "",
    entry.size > MAX_USTAR_SIZE ? paxRecord("size", String(entry.size)) : "",
  ].join("");
  const own = block({ ...entry, name, typeFlag: entry.type === "folder" ? "5" : "0" });
  if (records === "") return own;
  const body = Buffer.from(records);
  const pax = { name: "pax", size: body.length, mode: 0o644, modifiedAt: entry.modifiedAt, typeFlag: "x" };
  return Buffer.concat([block(pax), body, padding(body.length), own]);
}

/** What fills up the last block of a content. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

function needsPax(name: string): boolean {
  return Buffer.byteLength(name) > NAME_BYTES || /[^\x20-\x7e]/.test(name);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

interface Block {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: Date;
  readonly typeFlag: string;
}

function block({ name, size, mode, modifiedAt, typeFlag }: Block): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(Math.max(0, value).toString(8).padStart(digits, "0"), at, digits, "ascii");
  };
  // A reader that knows no pax gets the beginning of the name.
  Buffer.from(name).copy(header, 0, 0, NAME_BYTES);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size > MAX_USTAR_SIZE ? 0 : size, 124, 11);
  octal(Math.floor(modifiedAt.getTime() / 1000), 136, 11);
  header.fill(" ", 148, 156);
  header.write(typeFlag, 156, "ascii");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}
