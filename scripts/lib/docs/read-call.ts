/** Reads the arguments of a call in source text, as far as a reference page needs them. */

const QUOTES = new Set(['"', "'", "`"]);

/** Where the string or template that begins at `start` ends (the index behind its closing quote). */
function stringEnd(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] === "\\") at += 2;
    else if (quote === "`" && text.startsWith("${", at)) at = bracketEnd(text, at + 1);
    else at += 1;
  }
  return at + 1;
}

/** The index behind the bracket that closes the one at `start`. */
function bracketEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !")]}".includes(text[at] ?? "")) {
    const char = text[at] ?? "";
    if (QUOTES.has(char)) at = stringEnd(text, at);
    else if ("([{".includes(char)) at = bracketEnd(text, at);
    else at += 1;
  }
  return at + 1;
}

/** The arguments of the call whose opening bracket is at `open`, as written. */
export function callArguments(text: string, open: number): readonly string[] {
  const found: string[] = [];
  let from = open + 1;
  let at = from;
  while (at < text.length && text[at] !== ")") {
    const char = text[at] ?? "";
    if (QUOTES.has(char)) at = stringEnd(text, at);
    else if ("([{".includes(char)) at = bracketEnd(text, at);
    else {
      if (char === ",") {
        found.push(text.slice(from, at).trim());
        from = at + 1;
      }
      at += 1;
    }
  }
  found.push(text.slice(from, at).trim());
  return found.filter((argument) => argument !== "");
}

/** The text of a string expression (literals, templates, sums of them); what is filled in becomes `…`. Null: no text. */
export function messageText(expression: string): string | null {
  let text = "";
  let at = 0;
  let sawString = false;
  while (at < expression.length) {
    const char = expression[at] ?? "";
    if (QUOTES.has(char)) {
      const end = stringEnd(expression, at);
      text += withGaps(expression.slice(at + 1, end - 1), char === "`");
      sawString = true;
      at = end;
    } else if (/\s|\+/.test(char)) at += 1;
    else {
      const word = /^[^"'`+]+/.exec(expression.slice(at))?.[0] ?? char;
      if (sawString || expression.length > word.length) text += "…";
      at += word.length;
    }
  }
  return sawString ? text.replace(/(…\s*){2,}/g, "… ").trim() : null;
}

function withGaps(body: string, isTemplate: boolean): string {
  let text = "";
  let at = 0;
  while (at < body.length) {
    if (isTemplate && body.startsWith("${", at)) {
      text += "…";
      at = bracketEnd(body, at + 1);
    } else if (body[at] === "\\") {
      text += body[at + 1] === "n" ? " " : (body[at + 1] ?? "");
      at += 2;
    } else {
      text += body[at];
      at += 1;
    }
  }
  return text;
}
