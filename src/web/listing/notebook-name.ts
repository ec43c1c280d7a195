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
