/** Which call a place in Python-like code is inside of, and what its signature says. Pure. */

export interface CallAt {
  /** Where its bracket opens. */
  readonly open: number;
  /** Which argument the place is in, from 0. */
  readonly index: number;
  /** The argument's name, where it was written. */
  readonly keyword: string | null;
}

/** No further back is looked for the bracket. */
const MAX_BACK = 4000;
const PARTNERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The innermost call around this place; null: it is in none. */
export function callAt(code: string, at: number): CallAt | null {
  const from = Math.max(0, at - MAX_BACK);
  const text = withoutStrings(code.slice(from, at));
  const open: { bracket: string; at: number; commas: number[] }[] = [];
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] ?? "";
    if (sign === "(" || sign === "[" || sign === "{") open.push({ bracket: sign, at: index, commas: [] });
    else if (sign === ",") open.at(-1)?.commas.push(index);
    else if (sign in PARTNERS && open.at(-1)?.bracket === PARTNERS[sign]) open.pop();
  }
  const call = open.findLast(
    ({ bracket, at: place }) => bracket === "(" && /[\w\])]$/.test(text.slice(0, place)),
  );
  if (!call || /\b(?:def|class)\s+\w+$/.test(text.slice(0, call.at))) return null;
  const begins = (call.commas.at(-1) ?? call.at) + 1;
  const keyword = /^\s*(\w+)\s*=(?!=)/.exec(text.slice(begins))?.[1] ?? null;
  return { open: from + call.at, index: call.commas.length, keyword };
}

/** Brackets and commas in strings and comments are text; each such character becomes a blank. */
export function withoutStrings(code: string): string {
  return code.replace(
    /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*(?:"|$)?|'(?:\\.|[^'\\\n])*(?:'|$)?|#.*/g,
    (text) => "_".repeat(text.length),
  );
}

/** The call's form out of what the kernel tells about a name; null: it tells none. */
export function signatureIn(inspected: string): string | null {
  const found =
    /(?:^|\n)(?:Init s|Call s|S)ignature:\s*([\s\S]*?)(?=\n(?:Docstring|Source|File|Type|Init docstring|Class docstring|Call docstring|String form|Subclasses|Namespace):|$)/.exec(
      inspected,
    )?.[1];
  const text = found?.trim().replace(/\s*\n\s*/g, " ") ?? "";
  return text === "" ? null : text;
}

/** The signature in three: before the argument that is being written, that argument, after it. */
export function markArgument(
  signature: string,
  { index, keyword }: Pick<CallAt, "index" | "keyword">,
): readonly [before: string, argument: string, after: string] {
  const open = signature.indexOf("(");
  const parts = open === -1 ? [] : parametersOf(signature, open);
  const named = keyword === null ? -1 : parts.findIndex(({ name }) => name === keyword);
  const byPlace = parts.filter(({ name }) => name !== "*" && name !== "/");
  const last = byPlace.at(-1);
  const placed =
    byPlace[index] ??
    byPlace.find(({ name }) => name.startsWith("*")) ??
    (last?.name.startsWith("*") ? last : undefined);
  const chosen =
    named !== -1
      ? parts[named]
      : keyword === null
        ? placed
        : byPlace.find(({ name }) => name.startsWith("**"));
  if (!chosen) return [signature, "", ""];
  return [
    signature.slice(0, chosen.from),
    signature.slice(chosen.from, chosen.to),
    signature.slice(chosen.to),
  ];
}

function parametersOf(
  signature: string,
  open: number,
): readonly { readonly name: string; readonly from: number; readonly to: number }[] {
  const text = withoutStrings(signature);
  const parts: { name: string; from: number; to: number }[] = [];
  let depth = 0;
  let from = open + 1;
  const add = (to: number): void => {
    const part = signature.slice(from, to);
    const begins = from + part.length - part.trimStart().length;
    const name = /^[*\w/]+/.exec(part.trimStart())?.[0];
    if (name !== undefined) parts.push({ name, from: begins, to });
    from = to + 1;
  };
  for (let at = open + 1; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (sign === ")" && depth === 0) {
      add(at);
      break;
    }
    if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    else if (sign === "," && depth === 0) add(at);
  }
  return parts;
}
