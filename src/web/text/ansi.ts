/**
 * Terminal text as styled pieces: SGR colours and weights (ECMA-48), `\r` and `\b` as a terminal shows them; all
 * other control sequences are dropped. Knows nothing of HTML, so markup in a stream can never become markup.
 */

/** `fg`/`bg`: 0–15 as palette numbers (the theme colours them), or `#rrggbb`. */
export interface AnsiStyle {
  readonly fg: number | string | null;
  readonly bg: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
}

export interface AnsiSpan {
  readonly text: string;
  readonly style: AnsiStyle;
}

export type AnsiLine = readonly AnsiSpan[];

export const PLAIN: AnsiStyle = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

// CSI … final byte; OSC … BEL or ST; any other two-byte escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here.
const SEQUENCE = /\x1b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/y;
/** A sequence that the next chunk may complete: kept back, up to a limit no real sequence reaches. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const UNFINISHED = /\x1b(?:\[[0-9:;<=>? -/]*|\][^\x07\x1b]{0,4096})?$/;

/** Lines of a text that only grows: each `push` costs what was added, not what is there. */
export class AnsiLines {
  private readonly finished: AnsiLine[] = [];
  private current: AnsiSpan[] = [];
  private style: AnsiStyle = PLAIN;
  private rest = "";
  /** A `\r` was read and nothing after it yet: `\r\n` is a line end, `\r` + text begins the line anew. */
  private returned = false;

  push(chunk: string): void {
    const text = this.rest + chunk;
    this.rest = "";
    let plainFrom = 0;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code !== 0x1b && code !== 0x0a && code !== 0x0d && code !== 0x08) {
        at += 1;
        continue;
      }
      this.append(text.slice(plainFrom, at));
      if (code === 0x1b) {
        SEQUENCE.lastIndex = at;
        const match = SEQUENCE.exec(text);
        if (match !== null) {
          if (match[2] === "m") this.style = applySgr(this.style, match[1] ?? "");
          else if (match[2] === "K") this.eraseLine(match[1] ?? "");
          at += match[0].length;
        } else if (UNFINISHED.test(text.slice(at))) {
          this.rest = text.slice(at);
          return;
        } else {
          at += 1;
        }
      } else {
        if (code === 0x0a) this.endLine();
        else if (code === 0x0d) this.returned = true;
        else this.backspace();
        at += 1;
      }
      plainFrom = at;
    }
    this.append(text.slice(plainFrom));
  }

  /** Lines so far, the unfinished last one included (unless it is empty). Finished lines keep their identity. */
  lines(): readonly AnsiLine[] {
    return this.current.length === 0 ? [...this.finished] : [...this.finished, [...this.current]];
  }

  private append(text: string): void {
    if (text === "") return;
    if (this.returned) {
      // Progress bars write the whole line again; what is longer than the new text stays, as in a terminal.
      this.returned = false;
      this.current = dropColumns(this.current, text.length);
      this.current.unshift({ text, style: this.style });
      this.current = mergeLeading(this.current);
      this.overwriteFrom = text.length;
      return;
    }
    if (this.overwriteFrom !== null) {
      const head = takeColumns(this.current, this.overwriteFrom);
      const tail = dropColumns(this.current, this.overwriteFrom + text.length);
      this.current = [...head, { text, style: this.style }, ...tail];
      this.overwriteFrom += text.length;
      return;
    }
    const last = this.current.at(-1);
    if (last !== undefined && last.style === this.style) {
      this.current[this.current.length - 1] = { text: last.text + text, style: this.style };
    } else {
      this.current.push({ text, style: this.style });
    }
  }

  /** The column that the next text is written at, after a `\r` brought it back; null: at the end. */
  private overwriteFrom: number | null = null;

  private endLine(): void {
    this.finished.push(this.current);
    this.current = [];
    this.returned = false;
    this.overwriteFrom = null;
  }

  private backspace(): void {
    const width = this.current.reduce((sum, span) => sum + span.text.length, 0);
    const column = this.returned ? 0 : (this.overwriteFrom ?? width);
    if (column > 0) this.overwriteFrom = column - 1;
  }

  private eraseLine(parameter: string): void {
    if (parameter === "2") {
      this.current = [];
      this.overwriteFrom = null;
    } else if (parameter === "" || parameter === "0") {
      if (this.returned) this.current = [];
      else if (this.overwriteFrom !== null) this.current = takeColumns(this.current, this.overwriteFrom);
    }
  }
}

/** A whole text at once. */
export function parseAnsi(text: string): readonly AnsiLine[] {
  const lines = new AnsiLines();
  lines.push(text);
  return lines.lines();
}

/** The text without any control sequence, as it would be copied. */
export function stripAnsi(text: string): string {
  return parseAnsi(text)
    .map((line) => line.map((span) => span.text).join(""))
    .join("\n");
}

function takeColumns(spans: readonly AnsiSpan[], count: number): AnsiSpan[] {
  const taken: AnsiSpan[] = [];
  let left = count;
  for (const span of spans) {
    if (left <= 0) break;
    taken.push(span.text.length <= left ? span : { text: span.text.slice(0, left), style: span.style });
    left -= span.text.length;
  }
  return taken;
}

function dropColumns(spans: readonly AnsiSpan[], count: number): AnsiSpan[] {
  const kept: AnsiSpan[] = [];
  let left = count;
  for (const span of spans) {
    if (left <= 0) kept.push(span);
    else if (span.text.length > left) kept.push({ text: span.text.slice(left), style: span.style });
    left -= span.text.length;
  }
  return kept;
}

function mergeLeading(spans: AnsiSpan[]): AnsiSpan[] {
  const [first, second, ...others] = spans;
  if (first === undefined || second === undefined || first.style !== second.style) return spans;
  return [{ text: first.text + second.text, style: first.style }, ...others];
}

function applySgr(style: AnsiStyle, parameters: string): AnsiStyle {
  if (parameters.startsWith("<") || parameters.startsWith(">") || parameters.startsWith("?")) return style;
  const codes = parameters.split(/[;:]/).map((part) => (part === "" ? 0 : Number(part)));
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const colour = extendedColour(codes, at + 1);
      at += colour.used;
      if (colour.value !== null) next = { ...next, [code === 38 ? "fg" : "bg"]: colour.value };
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 9) return { ...style, strike: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 29) return { ...style, strike: false };
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 };
  if (code === 39) return { ...style, fg: null };
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 };
  if (code === 49) return { ...style, bg: null };
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 };
  return style;
}

/** `5;n` (256 colours) or `2;r;g;b`, from `at` on. */
function extendedColour(
  codes: readonly number[],
  at: number,
): { value: number | string | null; used: number } {
  if (codes[at] === 5) {
    const index = codes[at + 1];
    return { value: index === undefined ? null : paletteColour(index), used: 2 };
  }
  if (codes[at] === 2) {
    const parts = codes.slice(at + 1, at + 4);
    if (parts.length < 3 || parts.some((part) => !(part >= 0 && part <= 255)))
      return { value: null, used: 4 };
    return { value: hex(parts), used: 4 };
  }
  return { value: null, used: 1 };
}

function paletteColour(index: number): number | string | null {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const cube = index - 16;
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
