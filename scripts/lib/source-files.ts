/** Reads our sources as text, and finds what they import. A plain scanner: our style is uniform enough for it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** Relative to the checkout, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked, strings kept. */
  readonly code: string;
}

export interface Import {
  readonly from: string;
  /** Relative to the checkout for our own files; the specifier as written for packages. */
  readonly target: string;
  readonly specifier: string;
  readonly typesOnly: boolean;
  readonly dynamic: boolean;
}

/** Every TypeScript file below a folder, tests and fixtures too. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .sort();
}

export function readSource(file: string): SourceFile {
  const text = readFileSync(path.join(root, file), "utf8");
  return { path: file, text, code: withoutComments(text) };
}

/** Comments become spaces, so that places stay; strings, templates and regular expressions are left alone. */
export function withoutComments(text: string): string {
  const token =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g;
  return text.replace(token, (match) =>
    match.startsWith("//") || match.startsWith("/*") ? match.replace(/[^\n]/g, " ") : match,
  );
}

const STATIC =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?((?:[\w$*]+|\{[^}]*\})(?:\s*,\s*(?:[\w$*]+|\{[^}]*\}))?(?:\s+as\s+[\w$]+)?\s+from\s+)?"([^"]+)"/g;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** What a file imports and re-exports. `import { type A, type B }` counts as types only. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typesOnly: boolean, dynamic: boolean): void => {
    const target = specifier.startsWith(".")
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file.path), specifier))
      : specifier;
    found.push({ from: file.path, target, specifier, typesOnly, dynamic });
  };
  for (const match of file.code.matchAll(STATIC)) {
    const [, typeKeyword, clause = "", specifier = ""] = match;
    const names = /\{([^}]*)\}/.exec(clause)?.[1];
    const listed = names
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    const inlineTypes =
      listed !== undefined &&
      listed.length > 0 &&
      /^\s*\{/.test(clause) &&
      listed.every((n) => n.startsWith("type "));
    add(specifier, typeKeyword !== undefined || inlineTypes, false);
  }
  for (const match of file.code.matchAll(DYNAMIC)) {
    // `typeof import("…")` and `import("…").Type` in a type position cost nothing at run time, but bind all the same.
    add(match[1] ?? "", /typeof\s+$/.test(file.code.slice(0, match.index)), true);
  }
  return found;
}

export const isTest = (file: string): boolean => /\.test\.tsx?$|\/fixtures\//.test(file);

/** `src/runs/decide.ts` → `runs`; a file directly in `src` is its own part. */
export const partOf = (file: string): string => {
  const [, part = "", ...rest] = file.split("/");
  return rest.length === 0 ? part : part;
};
