/**
 * Stores that others write, found by scheme: a module named under `stores` in a settings file, else the package
 * `loopbook-store-<scheme>`, looked for from the folder and beside this program. docs/guide/stores.md describes them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ObjectStore } from "../../usecases/object-store.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { isJsonObject, type JsonValue } from "../../util/json.ts";

export interface PlugInPlaces {
  /** Folders with `.loopbook/settings.json` and `node_modules`, the first that has something counts. */
  readonly folders: readonly string[];
  /** The user's own `settings.json` is in it. */
  readonly stateFolder: string;
}

/** @throws LoopbookError `no-store`, `broken-store`. */
export async function plugInStore(scheme: string, places: PlugInPlaces): Promise<ObjectStore> {
  const file = findModule(scheme, places);
  if (file === undefined) {
    throw new LoopbookError(
      "no-store",
      `There is no store for ${scheme}:// addresses. Install one (npm install ${packageOf(scheme)}), or name a module under "stores" in .loopbook/settings.json.`,
      { exitCode: 2 },
    );
  }
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new LoopbookError(
      "broken-store",
      `The store for ${scheme}:// cannot be loaded from ${file}: ${messageOf(cause)}`,
      { exitCode: 2, cause },
    );
  }
  const store = storeIn(module);
  if (store !== undefined) return store;
  throw new LoopbookError(
    "broken-store",
    `${file} is no store: it has to export the functions read, write and exists.`,
    { exitCode: 2 },
  );
}

const packageOf = (scheme: string): string => `loopbook-store-${scheme}`;

function findModule(scheme: string, { folders, stateFolder }: PlugInPlaces): string | undefined {
  // What a folder's settings name is relative to the folder; what the user's own name, to the folder they are in.
  const settings = [
    ...folders.map((folder) => ({ base: folder, file: join(folder, ".loopbook", "settings.json") })),
    { base: stateFolder, file: join(stateFolder, "settings.json") },
  ];
  for (const { base, file } of settings) {
    const named = storeSetting(file, scheme);
    if (named === undefined) continue;
    const found = resolveFrom(base, named);
    if (found !== undefined) return found;
    throw new LoopbookError(
      "broken-store",
      `${file} names ${named} as the store for ${scheme}://, and it is not there.`,
      { exitCode: 2 },
    );
  }
  for (const folder of [...folders, import.meta.dirname]) {
    const found = resolveFrom(folder, packageOf(scheme));
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveFrom(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, "loopbook.js")).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** A settings file that cannot be read counts as none. */
function storeSetting(file: string, scheme: string): string | undefined {
  try {
    const settings = JSON.parse(readFileSync(file, "utf8")) as JsonValue;
    const stores = isJsonObject(settings) ? settings.stores : undefined;
    const named = isJsonObject(stores) ? stores[scheme] : undefined;
    return typeof named === "string" ? named : undefined;
  } catch {
    return undefined;
  }
}

function storeIn(module: unknown): ObjectStore | undefined {
  const exported = [module, (module as { readonly default?: unknown }).default];
  return exported.find(isStore);
}

function isStore(value: unknown): value is ObjectStore {
  if (typeof value !== "object" || value === null) return false;
  const functions = value as Readonly<Record<string, unknown>>;
  return ["read", "write", "exists"].every((name) => typeof functions[name] === "function");
}
