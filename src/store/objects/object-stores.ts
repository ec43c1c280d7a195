/** The store of an address, its failures told as ours. */
import type { ObjectStore } from "../../usecases/object-store.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { schemeOf, shownAddress } from "../../util/url-scheme.ts";
import { stateFolder } from "../state-folder.ts";
import { fileStore } from "./file-store.ts";
import { httpStore } from "./http-store.ts";
import { type PlugInPlaces, plugInStore } from "./plug-in.ts";

export interface AddressedObject {
  readonly address: string;
  /** @throws LoopbookError `notebook-unreadable` also when there is none. */
  read(): Promise<Uint8Array>;
  /** @throws LoopbookError `store-failed`. */
  write(bytes: Uint8Array): Promise<void>;
  exists(): Promise<boolean>;
}

const BUILT_IN: Readonly<Record<string, ObjectStore>> = {
  file: fileStore,
  http: httpStore,
  https: httpStore,
};

/**
 * What an address names.
 * @param address with a scheme (`schemeOf` is not null).
 * @throws LoopbookError `no-store`, `broken-store`.
 */
export async function objectAt(
  address: string,
  places: Partial<PlugInPlaces> = {},
): Promise<AddressedObject> {
  const scheme = schemeOf(address) ?? "";
  const store =
    BUILT_IN[scheme] ??
    (await plugInStore(scheme, { folders: [process.cwd()], stateFolder: stateFolder(), ...places }));
  const shown = shownAddress(address);
  return {
    address,
    async read() {
      const bytes = await told("notebook-unreadable", `${shown} could not be read`, () =>
        store.read(address),
      );
      if (bytes instanceof Uint8Array) return bytes;
      throw new LoopbookError("notebook-unreadable", `${shown} does not exist.`);
    },
    write: (bytes) =>
      told("store-failed", `${shown} could not be written`, () => store.write(address, bytes)),
    exists: () => told("store-failed", `${shown} could not be looked for`, () => store.exists(address)),
  };
}

async function told<T>(code: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const text = `${what}: ${messageOf(cause)}`;
    throw new LoopbookError(code, /[.!?]$/.test(text) ? text : `${text}.`, { cause });
  }
}
