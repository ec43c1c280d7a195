/** Reads the lines of a run's log by place, level, template and text, and looks into as few parts of it as that needs. */
import type { LogLevel } from "../../telemetry/facts.ts";
import { LEVELS } from "../../telemetry/log-templates.ts";
import type { LogLine, LogQuery, LogTemplate } from "../../telemetry/telemetry-store.ts";

export const MAX_LINES = 10_000;

/** Lines that follow each other: in a chunk on disk, or in memory. */
export interface LogPart {
  readonly firstLine: number;
  readonly lines: number;
  /** By level, as in `LEVELS`. */
  readonly levelCounts: readonly number[];
  marks(): Promise<LineMarks>;
  /**
   * @param picked places in this part, ascending.
   * @param search in small letters: lines that do not hold it may be left out.
   */
  read(picked: readonly number[], search?: string): Promise<readonly LogLine[]>;
}

/** One for each line of a part. */
export interface LineMarks {
  readonly levels: Uint8Array;
  readonly templates: Uint32Array;
}

export interface LogIndex {
  /** These are looked into next. */
  readonly fetch: (parts: readonly LogPart[]) => Promise<void>;
  readonly total: number;
  readonly parts: readonly LogPart[];
  readonly counts: Readonly<Record<LogLevel, number>>;
  readonly template: LogTemplate | undefined;
}

type Found = { readonly lines: readonly LogLine[]; readonly matching: number | null };

export async function queryLog(index: LogIndex, query: LogQuery): Promise<Found> {
  const limit = Math.max(0, Math.min(query.limit, MAX_LINES));
  const filter = filterOf(index, query);
  if (filter === "nothing") return { lines: [], matching: 0 };
  const { total } = index;
  if (filter === null) {
    const from = query.from < 0 ? Math.max(0, total + query.from) : query.from;
    return { lines: await readRange(index.parts, from, from + limit), matching: total };
  }
  if (query.from < 0) return fromEnd(index, filter, -query.from, limit);
  return fromStart(index, filter, query.from, limit);
}

interface Filter {
  /** By number; null: all. */
  readonly levels: ReadonlySet<number> | null;
  readonly template: LogTemplate | null;
  readonly search: string | null;
}

function filterOf({ template }: LogIndex, query: LogQuery): Filter | null | "nothing" {
  if (query.template !== undefined && template === undefined) return "nothing";
  const levels = query.levels && new Set(query.levels.map((level) => LEVELS.indexOf(level)));
  const search = query.search?.toLowerCase() ?? "";
  if (levels === undefined && query.template === undefined && search === "") return null;
  return { levels: levels ?? null, template: template ?? null, search: search === "" ? null : search };
}

async function readRange(parts: readonly LogPart[], from: number, to: number): Promise<readonly LogLine[]> {
  const found: LogLine[] = [];
  for (let at = partOf(parts, from); at < parts.length; at++) {
    const part = parts[at];
    if (part === undefined || part.firstLine >= to) break;
    const begin = Math.max(0, from - part.firstLine);
    const end = Math.min(part.lines, to - part.firstLine);
    const picked = Array.from({ length: Math.max(0, end - begin) }, (_, index) => begin + index);
    if (picked.length > 0) found.push(...(await part.read(picked)));
  }
  return found;
}

async function fromStart(index: LogIndex, filter: Filter, from: number, limit: number): Promise<Found> {
  const lines: LogLine[] = [];
  const parts = index.parts.slice(partOf(index.parts, from)).filter((part) => mayMatch(part, filter));
  for await (const part of fetched(index, parts)) {
    if (lines.length >= limit) break;
    lines.push(...(await matchesIn(part, filter, Math.max(0, from - part.firstLine))));
  }
  // All of it was looked through.
  const all = from === 0 && lines.length < limit ? lines.length : null;
  return { lines: lines.slice(0, limit), matching: known(index, filter) ?? all };
}

async function fromEnd(index: LogIndex, filter: Filter, back: number, limit: number): Promise<Found> {
  const found: (readonly LogLine[])[] = [];
  let count = 0;
  const parts = index.parts.filter((part) => mayMatch(part, filter)).reverse();
  for await (const part of fetched(index, parts)) {
    if (count >= back) break;
    const lines = await matchesIn(part, filter, 0);
    found.push(lines);
    count += lines.length;
  }
  const lines = found.reverse().flat();
  const all = count < back ? count : null;
  return { lines: lines.slice(-back).slice(0, limit), matching: known(index, filter) ?? all };
}

/** A few at first, since the first may be enough. */
async function* fetched(index: LogIndex, parts: readonly LogPart[]): AsyncGenerator<LogPart> {
  for (let at = 0, count = 1; at < parts.length; at += count, count = Math.min(32, count * 2)) {
    const some = parts.slice(at, at + count);
    await index.fetch(some);
    yield* some;
  }
}

/** Without looking: what was counted while it came. */
function known({ counts }: LogIndex, { levels, template, search }: Filter): number | null {
  if (search !== null) return null;
  if (template !== null)
    return levels === null || levels.has(LEVELS.indexOf(template.level)) ? template.count : 0;
  return LEVELS.reduce((sum, level, number) => sum + (levels?.has(number) ? counts[level] : 0), 0);
}

function mayMatch(part: LogPart, { levels, template }: Filter): boolean {
  if (levels !== null && !part.levelCounts.some((count, level) => count > 0 && levels.has(level)))
    return false;
  return (
    template === null ||
    (template.lastIndex >= part.firstLine && template.firstIndex < part.firstLine + part.lines)
  );
}

async function matchesIn(part: LogPart, filter: Filter, from: number): Promise<readonly LogLine[]> {
  const { levels, template, search } = filter;
  const marks = await part.marks();
  const picked: number[] = [];
  for (let at = from; at < part.lines; at++) {
    if (levels !== null && !levels.has(marks.levels[at] ?? 0)) continue;
    if (template !== null && marks.templates[at] !== template.id) continue;
    picked.push(at);
  }
  if (picked.length === 0) return [];
  const lines = await part.read(picked, search ?? undefined);
  return search === null ? lines : lines.filter(({ text }) => text.toLowerCase().includes(search));
}

/** The first part that has this line or later ones. */
function partOf(parts: readonly LogPart[], line: number): number {
  let low = 0;
  for (let high = parts.length; low < high; ) {
    const middle = (low + high) >> 1;
    const part = parts[middle];
    if (part && part.firstLine + part.lines <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}
