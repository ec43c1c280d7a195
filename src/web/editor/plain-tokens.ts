/** Strings, numbers, comments and common keywords of languages that have no grammar in the page. Pure. */

export interface PlainToken {
  readonly text: string;
  readonly className: string;
}

const KEYWORDS: Readonly<Record<string, string>> = {
  r: "if else for while repeat function return next break in TRUE FALSE NULL NA Inf NaN library",
  julia:
    "if else elseif end for while function return begin let do try catch finally struct mutable module using import export const global local in true false nothing macro quote where",
  bash: "if then else elif fi for in do done while until case esac function return local export set unset source exit echo cd",
  scala:
    "val var def class object trait extends with if else for while do yield match case return new import package true false null this override lazy implicit given using type sealed final private protected",
  javascript:
    "const let var function return if else for while do switch case break continue new class extends import export from default async await try catch finally throw typeof instanceof in of null undefined true false this yield delete void",
};
const ALIASES: Readonly<Record<string, string>> = {
  sh: "bash",
  shell: "bash",
  typescript: "javascript",
  js: "javascript",
  ts: "javascript",
};

/** `#` begins a comment, except in languages of the C family. */
const SLASHES = new Set(["scala", "javascript", "java", "c", "cpp", "c++", "rust", "go", "kotlin"]);

const REST = String.raw`(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\\n])*'?)|(?<number>\b\d[\w.]*)|(?<word>[A-Za-z_][\w]*)`;
const HASH_TOKEN = new RegExp(`(?<comment>#.*)|${REST}`, "g");
const SLASH_TOKEN = new RegExp(String.raw`(?<comment>//.*|/\*[\s\S]*?(?:\*/|$))|${REST}`, "g");

export function tokenise(code: string, language: string): readonly PlainToken[] {
  const name = ALIASES[language.toLowerCase()] ?? language.toLowerCase();
  const keywords = new Set((KEYWORDS[name] ?? "").split(" "));
  const tokens: PlainToken[] = [];
  let from = 0;
  for (const match of code.matchAll(SLASHES.has(name) ? SLASH_TOKEN : HASH_TOKEN)) {
    const className = classOf(match.groups ?? {}, keywords);
    if (className === "") continue;
    if (match.index > from) tokens.push({ text: code.slice(from, match.index), className: "" });
    tokens.push({ text: match[0], className });
    from = match.index + match[0].length;
  }
  if (from < code.length) tokens.push({ text: code.slice(from), className: "" });
  return tokens;
}

function classOf(
  groups: Readonly<Record<string, string | undefined>>,
  keywords: ReadonlySet<string>,
): string {
  if (groups.comment !== undefined) return "tok-comment";
  if (groups.string !== undefined) return "tok-string";
  if (groups.number !== undefined) return "tok-number";
  return groups.word !== undefined && keywords.has(groups.word) ? "tok-keyword" : "";
}
