/**
 * Groups lines of a log by their pattern while they come, with a tree of fixed depth: level, number of words, first two
 * words; in a leaf a line joins the group that it has enough words in common with, and where they differ the pattern
 * gets a gap. The algorithm is Drain: P. He, J. Zhu, Z. Zheng, M. R. Lyu, “Drain: An Online Log Parsing Approach with
 * Fixed Depth Tree”, ICWS 2017. Differences: numbers are taken out of words before (`loss=0.25` is `loss=<*>`), lines
 * that are alike then are found without the tree, and a level is part of the pattern.
 */
import type { LogLevel } from "./facts.ts";
import type { LogTemplate } from "./telemetry-store.ts";

const GAP = "<*>";
/** Of the words, that a line has in common with a group that it joins. */
const SIMILARITY = 0.5;
/** More patterns than these are one: what differs in every line is no log that templates help with. */
const MAX_TEMPLATES = 2_000;
const MAX_IN_LEAF = 100;
const MAX_WORDS = 60;
const MAX_LENGTH = 1_000;
const MAX_EXAMPLE = 500;
const MAX_KNOWN = 4_096;

export const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error", "critical"];

interface Group {
  readonly id: number;
  readonly level: LogLevel;
  /** The leaf that it hangs on: by the words that it began with. */
  readonly leaf: string;
  words: string[];
  count: number;
  readonly firstIndex: number;
  lastIndex: number;
  readonly firstTimeMs: number;
  lastTimeMs: number;
  readonly example: string;
}

export type TemplatesState = readonly Readonly<Group>[];

export class LogTemplates {
  private readonly groups: Group[] = [];
  private readonly leaves = new Map<string, Group[]>();
  /** By level and line without its numbers; emptied when it is full. */
  private readonly known = new Map<string, Group>();

  static of(state: TemplatesState): LogTemplates {
    const templates = new LogTemplates();
    for (const group of state) templates.hang({ ...group, words: [...group.words] });
    return templates;
  }

  state(): TemplatesState {
    return this.groups.map((group) => ({ ...group, words: [...group.words] }));
  }

  /** @returns the number of the line's template. */
  add(level: LogLevel, text: string, index: number, timeMs: number): number {
    const masked = maskOf(text);
    const key = `${level} ${masked}`;
    let group = this.known.get(key);
    if (group === undefined) {
      group = this.find(level, masked.split(/\s+/, MAX_WORDS), text, index, timeMs);
      if (this.known.size >= MAX_KNOWN) this.known.clear();
      this.known.set(key, group);
    }
    group.count++;
    group.lastIndex = index;
    group.lastTimeMs = timeMs;
    return group.id;
  }

  get(id: number): LogTemplate | undefined {
    const group = this.groups[id];
    return group && viewOf(group);
  }

  /** Rare before frequent, by powers of ten; of these the severe first, then the newest. */
  list(): readonly LogTemplate[] {
    const rank = ({ count }: Group): number => Math.floor(Math.log10(Math.max(1, count)));
    const severity = ({ level }: Group): number => LEVELS.indexOf(level);
    return this.groups
      .toSorted((a, b) => rank(a) - rank(b) || severity(b) - severity(a) || b.firstIndex - a.firstIndex)
      .map(viewOf);
  }

  private find(level: LogLevel, words: string[], text: string, index: number, timeMs: number): Group {
    const leaf = leafOf(level, words);
    const found = mostSimilar(this.leaves.get(leaf) ?? [], words);
    if (found !== null) {
      found.words = found.words.map((word, at) => (word === words[at] ? word : GAP));
      return found;
    }
    const isFull = this.groups.length >= MAX_TEMPLATES || (this.leaves.get(leaf)?.length ?? 0) >= MAX_IN_LEAF;
    const place = isFull ? `${level} rest` : leaf;
    const rest = isFull ? this.leaves.get(place)?.[0] : undefined;
    if (rest !== undefined) return rest;
    const group: Group = {
      id: this.groups.length,
      level,
      leaf: place,
      words: isFull ? [GAP] : words,
      count: 0,
      firstIndex: index,
      lastIndex: index,
      firstTimeMs: timeMs,
      lastTimeMs: timeMs,
      example: text.slice(0, MAX_EXAMPLE),
    };
    this.hang(group);
    return group;
  }

  private hang(group: Group): void {
    this.groups.push(group);
    const leaf = this.leaves.get(group.leaf);
    if (leaf) leaf.push(group);
    else this.leaves.set(group.leaf, [group]);
  }
}

/** A number that stands for itself, not one in a name (`conv1`): sign, digits, points, exponent. */
const NUMBER = /(?<![A-Za-z_\d])[-+]?(?:0x[\da-f]+|\d[\d.,:]*(?:e[-+]?\d+)?)/gi;

/** The line's first line without its numbers. */
function maskOf(text: string): string {
  const end = text.indexOf("\n");
  const line = text.slice(0, end < 0 ? MAX_LENGTH : Math.min(end, MAX_LENGTH));
  return line.trim().replace(NUMBER, GAP);
}

function leafOf(level: LogLevel, words: readonly string[]): string {
  const step = (word: string | undefined): string =>
    word === undefined || word.includes(GAP) || /\d/.test(word) ? GAP : word;
  return `${level} ${words.length} ${step(words[0])} ${step(words[1])}`;
}

function mostSimilar(groups: readonly Group[], words: readonly string[]): Group | null {
  let best: Group | null = null;
  let most = SIMILARITY;
  for (const group of groups) {
    let same = 0;
    for (let at = 0; at < words.length; at++) if (group.words[at] === words[at]) same++;
    const share = same / words.length;
    if (share > most || (share === most && best === null)) {
      best = group;
      most = share;
    }
  }
  return best;
}

function viewOf({ leaf: _, words, ...rest }: Group): LogTemplate {
  return { ...rest, pattern: words.join(" ") };
}
