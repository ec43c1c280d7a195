/**
 * Top-level assignments of a Python cell, read without running it: statements over several lines (brackets,
 * triple-quoted texts, backslashes), annotations, type comments, and the comment behind the last line.
 */
import type { Assignment } from "./language.ts";

export function pythonAssignments(source: string): readonly Assignment[] {
  const found: Assignment[] = [];
  for (const { code, comment } of statements(source)) {
    const assignment = readAssignment(code, comment);
    if (assignment !== null) found.push(assignment);
  }
  return found;
}

interface Statement {
  readonly code: string;
  /** Of its last line. */
  readonly comment: string | null;
}

function statements(source: string): Statement[] {
  const found: Statement[] = [];
  let code = "";
  let comment: string | null = null;
  let depth = 0;
  const finish = (): void => {
    if (code.trim() !== "") found.push({ code: code.trimEnd(), comment });
    code = "";
    comment = null;
  };
  for (let at = 0; at < source.length; ) {
    const char = source[at] ?? "";
    const length = stringLength(source, at);
    if (length > 0) {
      code += source.slice(at, at + length);
      at += length;
    } else if (char === "#") {
      const end = source.indexOf("\n", at);
      const text = source.slice(at + 1, end === -1 ? source.length : end).trim();
      comment = text === "" ? null : text;
      at = end === -1 ? source.length : end;
    } else if (char === "\\" && source[at + 1] === "\n") {
      code += " ";
      at += 2;
    } else if (char === "\n" && depth === 0) {
      finish();
      at++;
    } else if (char === ";" && depth === 0) {
      finish();
      at += /^;[ \t]*/.exec(source.slice(at))?.[0].length ?? 1;
    } else {
      if ("([{".includes(char)) depth++;
      if (")]}".includes(char)) depth = Math.max(0, depth - 1);
      if (char === "\n") comment = null;
      code += char;
      at++;
    }
  }
  finish();
  return found;
}

/** Length of the string literal at this place, 0 when there is none. */
function stringLength(source: string, at: number): number {
  const quote = /^("""|'''|"|')/.exec(source.slice(at, at + 3))?.[1];
  if (quote === undefined) return 0;
  for (let end = at + quote.length; end < source.length; end++) {
    if (source[end] === "\\") end++;
    else if (source.startsWith(quote, end)) return end + quote.length - at;
    else if (source[end] === "\n" && quote.length === 1) return end - at;
  }
  return source.length - at;
}

function readAssignment(code: string, comment: string | null): Assignment | null {
  const name = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(code)?.[0];
  if (name === undefined) return null;
  const rest = code.slice(name.length);
  const equals = topLevelEquals(rest);
  if (equals === -1) return null;
  const between = rest.slice(0, equals).trim();
  const valueSource = rest.slice(equals + 1).trim();
  // `a = b = 1`, `a, b = …`, `a.b = …`, `a += 1` declare no parameter.
  if (valueSource === "" || topLevelEquals(valueSource) !== -1) return null;
  if (between !== "" && !between.startsWith(":")) return null;
  const typed = /^type:\s*(\S+)\s*(.*)$/s.exec(comment ?? "");
  const isTyped = typed !== null && !typed[1]?.startsWith("ignore");
  const annotation = between === "" ? null : between.slice(1).trim();
  const help = isTyped ? (typed[2] ?? "") : (comment ?? "");
  return {
    name,
    declaredType: annotation ?? (isTyped ? (typed[1] ?? null) : null),
    valueSource,
    comment: help === "" ? null : help,
  };
}

/** Position of the first `=` outside brackets and texts that assigns. */
function topLevelEquals(code: string): number {
  let depth = 0;
  for (let at = 0; at < code.length; ) {
    const length = stringLength(code, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const char = code[at] ?? "";
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === "=" && depth === 0) {
      const compares = code[at + 1] === "=" || /[=!<>:+\-*/%&|^@]/.test(code[at - 1] ?? "");
      if (!compares) return at;
      if (code[at + 1] === "=") at++;
    }
    at++;
  }
  return -1;
}
