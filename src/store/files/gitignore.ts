/** Which paths a `.gitignore` names, as https://git-scm.com/docs/gitignore says. Pure. */

export interface IgnoreRule {
  readonly pattern: RegExp;
  readonly isNegated: boolean;
  readonly onlyFolders: boolean;
}

/** A bigger file is not read: it is none that a person wrote. */
const MAX_RULES = 2_000;

export function parseIgnore(text: string): readonly IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  for (const line of text.split(/\r?\n/).slice(0, MAX_RULES)) {
    const trimmed = line.replace(/(?<!\\)\s+$/, "");
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const isNegated = trimmed.startsWith("!");
    const body = isNegated ? trimmed.slice(1) : trimmed;
    const onlyFolders = body.endsWith("/");
    const plain = body.replace(/\/$/, "");
    const pattern = patternOf(plain);
    if (pattern !== null) rules.push({ pattern, isNegated, onlyFolders });
  }
  return rules;
}

/**
 * @param levels rules of each folder from the top down, with that folder's path ("" for the top).
 * @param path relative to the top, with `/`.
 */
export function isIgnored(
  levels: readonly { readonly folder: string; readonly rules: readonly IgnoreRule[] }[],
  path: string,
  isFolder: boolean,
): boolean {
  let ignored = false;
  for (const { folder, rules } of levels) {
    const own = folder === "" ? path : path.slice(folder.length + 1);
    for (const { pattern, isNegated, onlyFolders } of rules)
      if ((isFolder || !onlyFolders) && pattern.test(own)) ignored = !isNegated;
  }
  return ignored;
}

/** A pattern with a slash is one from its folder down; one without is a name anywhere. */
function patternOf(plain: string): RegExp | null {
  const isAnchored = plain.includes("/");
  const body = plain.replace(/^\//, "");
  let source = "";
  for (let at = 0; at < body.length; at += 1) {
    const char = body[at] ?? "";
    if (body.startsWith("**/", at) && (at === 0 || body[at - 1] === "/")) {
      source += "(?:[^/]+/)*";
      at += 2;
    } else if (body.startsWith("**", at)) {
      source += ".*";
      at += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = body.indexOf("]", at + 2);
      if (end < 0) return null;
      source += `[${body
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replace(/\\/g, "\\\\")}]`;
      at = end;
    } else if (char === "\\") {
      at += 1;
      source += escaped(body[at] ?? "");
    } else source += escaped(char);
  }
  try {
    return new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}$`);
  } catch {
    return null;
  }
}

function escaped(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
