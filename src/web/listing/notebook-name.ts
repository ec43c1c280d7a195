/** Names of new notebooks. Pure. */

export type CheckedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly message: string };

/** `Untitled.ipynb`, `Untitled 2.ipynb`, … */
export function freeName(existing: readonly string[]): string {
  const taken = new Set(existing.map((name) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? "Untitled.ipynb" : `Untitled ${number}.ipynb`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

/** `train copy.ipynb`, `train copy 2.ipynb`, …: the name of a copy. */
export function copyName(name: string, existing: readonly string[] = []): string {
  const stem = name.replace(/\.ipynb$/, "").replace(/ copy( \d+)?$/, "");
  const taken = new Set(existing.map((other) => other.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const copy = `${stem} copy${number === 1 ? "" : ` ${number}`}.ipynb`;
    if (copy !== name && !taken.has(copy.toLowerCase())) return copy;
  }
}

/**
 * What was typed as a notebook's new name: in its folder; with `/` in a folder below it, or from the top where it
 * begins with one. What else there is, the server knows.
 */
export function notebookPath(
  typed: string,
  folder: string,
): { readonly ok: true; readonly path: string } | Extract<CheckedName, { ok: false }> {
  const trimmed = typed.trim();
  const isFromTop = trimmed.startsWith("/");
  const parts = trimmed.replace(/^\//, "").split("/");
  const folders = parts.slice(0, -1);
  const isBad = folders.some((part) => part === "" || /[\\:*?"<>|]/.test(part) || part.startsWith("."));
  if (isBad) return { ok: false, message: "That is no folder here." };
  const name = notebookName(parts.at(-1) ?? "", []);
  if (!name.ok) return name;
  const above = isFromTop || folder === "" ? [] : folder.split("/");
  return { ok: true, path: [...above, ...folders, name.name].join("/") };
}

/** What was typed as a file's name: the ending is added, what no file system takes is refused. */
export function notebookName(typed: string, existing: readonly string[]): CheckedName {
  const trimmed = typed.trim();
  if (trimmed === "") return { ok: false, message: "A name is needed." };
  const name = trimmed.endsWith(".ipynb") ? trimmed : `${trimmed}.ipynb`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\\/:*?"<>|\u0000-\u001f]/.test(name) || name.startsWith(".")) {
    return { ok: false, message: 'A name has none of / \\ : * ? " < > | and does not begin with a dot.' };
  }
  if (existing.some((other) => other.toLowerCase() === name.toLowerCase())) {
    return { ok: false, message: `There is a ${name} already.` };
  }
  return { ok: true, name };
}
