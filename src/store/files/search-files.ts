/** Searches the text of files below a folder, bounded in time, hits and files; notebooks cell by cell. */
import { open } from "node:fs/promises";
import type { Output } from "../../nbformat/notebook.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { walkFiles } from "./walk-files.ts";

export interface FoundText {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly at: number;
  readonly length: number;
  readonly cell?: { readonly id: string; readonly number: number; readonly in: "source" | "output" };
}

export interface SearchEnd {
  readonly why: "all" | "hits" | "time" | "files";
  readonly files: number;
}

export interface SearchOptions {
  readonly query: string;
  readonly matchCase: boolean;
  readonly hidden: boolean;
  readonly signal?: AbortSignal;
  readonly mayLook?: (absolute: string) => boolean;
  readonly maxMs?: number;
  readonly now?: () => number;
}

const MAX_MS = 10_000;
const MAX_HITS = 500;
const MAX_FILE_HITS = 50;
const MAX_FILES = 20_000;
/** Bigger files are data, not something to read. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024;
const AROUND = 80;

/** Gives hits as they are found; returns why it ended. */
export async function* searchFiles(
  top: string,
  start: string,
  options: SearchOptions,
): AsyncGenerator<FoundText, SearchEnd> {
  const now = options.now ?? (() => performance.now());
  const until = now() + (options.maxMs ?? MAX_MS);
  const find = finder(options);
  let hits = 0;
  let files = 0;
  for await (const file of walkFiles(top, start, options)) {
    if (file.isFolder) continue;
    if (now() > until) return { why: "time", files };
    if (files >= MAX_FILES) return { why: "files", files };
    files += 1;
    const isNotebook = file.path.endsWith(".ipynb");
    const bytes = await readText(file.absolute, isNotebook ? MAX_NOTEBOOK_BYTES : MAX_FILE_BYTES);
    if (bytes === null) continue;
    let own = 0;
    for (const hit of isNotebook
      ? inNotebook(bytes, file.path, find)
      : inText(bytes.toString("utf8"), find)) {
      yield { path: file.path, ...hit };
      hits += 1;
      own += 1;
      if (hits >= MAX_HITS) return { why: "hits", files };
      if (own >= MAX_FILE_HITS) break;
    }
  }
  return { why: "all", files };
}

type Finder = (line: string) => { readonly at: number; readonly length: number } | null;
type Hit = Omit<FoundText, "path">;

function finder({ query, matchCase }: SearchOptions): Finder {
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "u" : "iu");
  return (line) => {
    const found = pattern.exec(line);
    return found === null ? null : { at: found.index, length: found[0].length };
  };
}

function* inText(text: string, find: Finder): Generator<Hit> {
  let line = 0;
  for (const content of text.split("\n")) {
    line += 1;
    const found = find(content);
    if (found === null) continue;
    const from = Math.max(0, found.at - AROUND);
    const shown = content.slice(from, found.at + found.length + AROUND).replace(/\r$/, "");
    yield { line, text: shown, at: found.at - from, length: Math.min(found.length, shown.length) };
  }
}

function* inNotebook(bytes: Buffer, name: string, find: Finder): Generator<Hit> {
  let cells: ReturnType<typeof parseNotebook>["notebook"]["cells"];
  try {
    ({ cells } = parseNotebook(bytes, name).notebook);
  } catch {
    // No notebook, whatever it is called.
    yield* inText(bytes.toString("utf8"), find);
    return;
  }
  for (const [index, cell] of cells.entries()) {
    const about = { id: cell.id ?? "", number: index + 1 };
    for (const hit of inText(cell.source, find)) yield { ...hit, cell: { ...about, in: "source" } };
    for (const output of cell.cell_type === "code" ? cell.outputs : [])
      for (const hit of inText(textOf(output), find)) yield { ...hit, cell: { ...about, in: "output" } };
  }
}

function textOf(output: Output): string {
  if (output.output_type === "stream") return output.text;
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  const text = output.data["text/plain"] ?? output.data["text/markdown"];
  return typeof text === "string" ? text : "";
}

/** Null: it is no text, too big, or cannot be read. */
async function readText(path: string, maxBytes: number): Promise<Buffer | null> {
  const file = await open(path, "r").catch(() => null);
  try {
    const facts = await file?.stat();
    if (!file || !facts?.isFile() || facts.size > maxBytes) return null;
    const bytes = await file.readFile();
    // As git tells them apart.
    return bytes.subarray(0, 8_000).includes(0) ? null : bytes;
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}
