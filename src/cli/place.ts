/** What a person names as a notebook's place: a path, or an address such as `s3://bucket/train.ipynb`. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import { messageOf } from "../util/errors.ts";
import { schemeOf, shownAddress } from "../util/url-scheme.ts";
import { CommandError } from "./command-error.ts";
import type { CliContext } from "./context.ts";
import { readNotebook } from "./read-notebook.ts";

/** An absolute path, or the address as it is; `file://` is a path. */
export function placeOf({ cwd }: Pick<CliContext, "cwd">, typed: string): string {
  const scheme = schemeOf(typed);
  if (scheme === null) return resolve(cwd, typed);
  if (scheme !== "file") return typed;
  try {
    return fileURLToPath(typed);
  } catch (cause) {
    throw new CommandError(`${typed} is no file on this machine: ${messageOf(cause)}`, { cause });
  }
}

/** @throws LoopbookError with one line. */
export async function notebookAt({ cwd }: Pick<CliContext, "cwd">, place: string): Promise<ParsedNotebook> {
  if (schemeOf(place) === null) return readNotebook(place);
  return parseNotebook(await bytesAt(cwd, place), shownAddress(place));
}

/** The text behind an address, such as a file of parameters. */
export async function textAt({ cwd }: Pick<CliContext, "cwd">, place: string): Promise<string> {
  return new TextDecoder().decode(await bytesAt(cwd, place));
}

/** The store is loaded only where an address was typed. */
async function bytesAt(folder: string, address: string): Promise<Uint8Array> {
  const { objectAt } = await import("../worker/object-stores.ts");
  return (await objectAt(address, { folders: [folder] })).read();
}
