/** Names of files and folders of any kind. Pure. */

/** In its folder; with `/` in a folder below it, or from the top where it begins with one. */
export function entryPath(
  typed: string,
  folder: string,
): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string } {
  const trimmed = typed.trim();
  const isFromTop = trimmed.startsWith("/");
  const parts = trimmed.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (parts.length === 1 && parts[0] === "") return { ok: false, message: "A name is needed." };
  if (parts.some((part) => part === "" || part === "." || part === ".." || isBad(part)))
    return { ok: false, message: 'A name has none of \\ : * ? " < > | in it.' };
  const above = isFromTop || folder === "" ? [] : folder.split("/");
  return { ok: true, path: [...above, ...parts].join("/") };
}

export const nameOf = (path: string): string => path.split("/").at(-1) ?? path;
export const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");
export const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const REFUSED = /[\\:*?"<>|\u0000-\u001f]/;
const isBad = (part: string): boolean => REFUSED.test(part);
