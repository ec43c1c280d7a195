import { relative, sep } from "node:path";
import type { RegistryEntry } from "../../server/registry-entry.ts";

/** The address of a server's page for its owner: it carries the token. `path`: of a notebook or folder in its folder. */
export function addressOf(entry: Pick<RegistryEntry, "url" | "token" | "folder">, path?: string): string {
  const inside = path === undefined ? "" : relative(entry.folder, path);
  const page =
    inside === "" || inside.startsWith("..")
      ? "/"
      : `/open/${inside.split(sep).map(encodeURIComponent).join("/")}`;
  return `${entry.url}${page}?token=${entry.token}`;
}
