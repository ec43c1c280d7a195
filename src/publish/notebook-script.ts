/** A notebook as a script in the percent format that editors know (`# %%`); text becomes comments. Pure. */
import { type Notebook, tagsOf } from "../nbformat/notebook.ts";
import { isJsonObject } from "../util/json.ts";
import { languageOf } from "./notebook-facts.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  python: ".py",
  r: ".r",
  julia: ".jl",
  bash: ".sh",
  sh: ".sh",
  javascript: ".js",
  typescript: ".ts",
  scala: ".scala",
  rust: ".rs",
  go: ".go",
  "c++": ".cpp",
  java: ".java",
  sql: ".sql",
  lua: ".lua",
  haskell: ".hs",
  matlab: ".m",
  octave: ".m",
};

export function* notebookScript(notebook: Notebook): Generator<string> {
  const language = languageOf(notebook);
  const sign = commentSign(language);
  const comment = (text: string): string =>
    text
      .split("\n")
      .map((line) => (line === "" ? sign : `${sign} ${line}`))
      .join("\n");
  for (const cell of notebook.cells) {
    const tags = tagsOf(cell);
    const marks = tags.length > 0 ? ` tags=${JSON.stringify(tags)}` : "";
    if (cell.cell_type === "code")
      yield `${sign} %%${marks}\n${runnable(cell.source, language, comment)}\n\n`;
    else yield `${sign} %% [${cell.cell_type}]${marks}\n${comment(cell.source)}\n\n`;
  }
}

/** With its dot: what the notebook says, else what is usual. */
export function scriptExtension(notebook: Notebook): string {
  const info = isJsonObject(notebook.metadata.language_info) ? notebook.metadata.language_info : {};
  const said = info.file_extension;
  if (typeof said === "string" && /^\.\w{1,10}$/.test(said)) return said;
  return EXTENSIONS[languageOf(notebook)] ?? ".txt";
}

function commentSign(language: string): string {
  if (/^(javascript|typescript|scala|java|c|c\+\+|rust|go|kotlin|c#|swift|php)$/.test(language)) return "//";
  if (/^(sql|lua|haskell|ada)$/.test(language)) return "--";
  if (/^(matlab|octave|tex|latex|erlang|prolog)$/.test(language)) return "%";
  if (/^(clojure|scheme|racket|lisp)$/.test(language)) return ";;";
  return "#";
}

/** IPython's own commands are none of Python's: as comments the script runs without them. */
function runnable(source: string, language: string, comment: (text: string) => string): string {
  if (language !== "python") return source;
  if (/^\s*%%/.test(source)) return comment(source);
  return source
    .split("\n")
    .map((line) => (/^\s*[%!]|^\s*\?{1,2}\w|^[\w.]+\?{1,2}$/.test(line) ? comment(line) : line))
    .join("\n");
}
