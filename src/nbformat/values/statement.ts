/**
 * Where the statements of a cell begin and end, in six languages: enough of each one's lexical rules to step over
 * texts, comments and brackets. It never fails: a text that is not closed ends with its line.
 */
import type { LiteralLanguage } from "../literals.ts";

interface Quote {
  readonly opening: string;
  readonly closing: string;
  readonly isMultiline: boolean;
  readonly isRaw?: boolean;
}

interface Lexis {
  readonly comment: string;
  readonly blockComment?: readonly [string, string];
  /** The longest first. */
  readonly quotes: readonly Quote[];
  /** A quote character that is often no quote (Julia's transpose, Scala's symbols): only this is a text. */
  readonly character?: RegExp;
}

const line = (quote: string): Quote => ({ opening: quote, closing: quote, isMultiline: false });
const block = (quote: string): Quote => ({ opening: quote, closing: quote, isMultiline: true });
const CHARACTER = /'(?:\\.[^']*|[^'\\])'/y;

const LEXES: Readonly<Record<LiteralLanguage, Lexis>> = {
  python: { comment: "#", quotes: [block('"""'), block("'''"), line('"'), line("'")] },
  r: {
    comment: "#",
    quotes: [
      { opening: 'r"(', closing: ')"', isMultiline: true, isRaw: true },
      { opening: "r'(", closing: ")'", isMultiline: true, isRaw: true },
      block('"'),
      block("'"),
      block("`"),
    ],
  },
  julia: {
    comment: "#",
    blockComment: ["#=", "=#"],
    quotes: [block('"""'), block('"')],
    character: CHARACTER,
  },
  scala: {
    comment: "//",
    blockComment: ["/*", "*/"],
    quotes: [{ ...block('"""'), isRaw: true }, line('"')],
    character: CHARACTER,
  },
  javascript: { comment: "//", blockComment: ["/*", "*/"], quotes: [block("`"), line('"'), line("'")] },
  bash: { comment: "#", quotes: [block('"'), { ...block("'"), isRaw: true }] },
};

export interface Statement {
  readonly start: number;
  /** Behind its last character, before blanks and comment. */
  readonly end: number;
  /** The comment that ends its last line, without its mark; empty when there is none. */
  readonly comment: string;
  /** It begins its line, without indentation. */
  readonly isAtLineStart: boolean;
  /** Where to look for the next statement. */
  readonly next: number;
}

/** The statements of a source: split at line ends and semicolons outside of texts, comments and brackets. */
export function* statements(language: LiteralLanguage, source: string): Generator<Statement> {
  let at = 0;
  while (at < source.length) {
    const code = source.charAt(at);
    if (/[\s;]/.test(code)) {
      at += 1;
      continue;
    }
    const statement = scanStatement(language, source, at);
    if (statement.end > statement.start) yield statement;
    at = Math.max(statement.next, at + 1);
  }
}

/**
 * The first position outside of texts and brackets that `isWanted` accepts, or the source's length. It is asked for
 * every character, and once for each comment as `comment`.
 */
export function scanOutside(
  language: LiteralLanguage,
  source: string,
  start: number,
  isWanted: (found: string, at: number) => boolean,
): number {
  const lexis = LEXES[language];
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const skipped = skipText(lexis, source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const character = source.charAt(at);
    if (isCommentAt(lexis, language, source, at)) {
      if (depth === 0 && isWanted("comment", at)) return at;
      const end = source.indexOf("\n", at);
      at = end < 0 ? source.length : end;
      continue;
    }
    if (depth === 0 && isWanted(character, at)) return at;
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
    // A backslash takes its next character with it, also a line end.
    at += character === "\\" ? (source.startsWith("\r\n", at + 1) ? 3 : 2) : 1;
  }
  return source.length;
}

function scanStatement(language: LiteralLanguage, source: string, start: number): Statement {
  let comment = "";
  const stop = scanOutside(
    language,
    source,
    start,
    (found) => found === "\n" || found === ";" || found === "comment",
  );
  let next = stop + 1;
  if (source.charAt(stop) !== "\n" && source.charAt(stop) !== ";" && stop < source.length) {
    const lineEnd = source.indexOf("\n", stop);
    next = lineEnd < 0 ? source.length : lineEnd + 1;
    comment = source
      .slice(stop + LEXES[language].comment.length, lineEnd < 0 ? source.length : lineEnd)
      .trim();
  } else if (source.charAt(stop) === ";") {
    comment = commentBehind(language, source, stop + 1);
  }
  const end = start + source.slice(start, stop).trimEnd().length;
  return { start, end, comment, isAtLineStart: start === 0 || source.charAt(start - 1) === "\n", next };
}

/** The comment on the rest of a line that holds nothing else. */
function commentBehind(language: LiteralLanguage, source: string, at: number): string {
  const mark = LEXES[language].comment;
  const rest = source
    .slice(at, source.indexOf("\n", at) < 0 ? source.length : source.indexOf("\n", at))
    .trim();
  return rest.startsWith(mark) ? rest.slice(mark.length).trim() : "";
}

function isCommentAt(lexis: Lexis, language: LiteralLanguage, source: string, at: number): boolean {
  if (!source.startsWith(lexis.comment, at)) return false;
  // In the shell # is a comment only at the start of a word.
  return language !== "bash" || at === 0 || /[\s;]/.test(source.charAt(at - 1));
}

/** The position behind the text or block comment that starts at `at`, or `at` itself. */
function skipText(lexis: Lexis, source: string, at: number): number {
  const [open, close] = lexis.blockComment ?? [];
  if (open !== undefined && close !== undefined && source.startsWith(open, at)) {
    const end = source.indexOf(close, at + open.length);
    return end < 0 ? source.length : end + close.length;
  }
  if (lexis.character !== undefined && source.charAt(at) === "'") {
    lexis.character.lastIndex = at;
    return lexis.character.test(source) ? lexis.character.lastIndex : at;
  }
  const quote = lexis.quotes.find((candidate) => source.startsWith(candidate.opening, at));
  if (quote === undefined) return at;
  let position = at + quote.opening.length;
  while (position < source.length) {
    if (source.startsWith(quote.closing, position)) return position + quote.closing.length;
    if (source.charAt(position) === "\n" && !quote.isMultiline) return position;
    position += source.charAt(position) === "\\" && !quote.isRaw ? 2 : 1;
  }
  return source.length;
}
