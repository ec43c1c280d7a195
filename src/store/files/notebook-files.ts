/**
 * `DocumentStore` on plain `.ipynb` files: written whole or not at all, in the file's own style, only when something
 * changed, and never over what another program wrote meanwhile.
 */
import { isAscii } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DocumentStore, SaveHooks, SaveResult } from "../../document/document-store.ts";
import type { MovedFile, OutsideVersion, OutsideVersions } from "../../document/outside-versions.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { ParsedNotebook } from "../../nbformat/notebook-file.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { NotebookWriter } from "../../nbformat/serialise.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { isMissing } from "./atomic-write.ts";
import { conflictCopies } from "./conflict-copies.ts";
import { type FileMark, hashOf, markNow, markOf, sameMark } from "./file-mark.ts";
import { findMoved } from "./find-moved.ts";
import { moveFile, placeNew } from "./move-file.ts";
import { NotebookEncoder } from "./notebook-encoder.ts";
import { type KnownFile, saveNotebook } from "./save-notebook.ts";
import { watchFile } from "./watch-file.ts";

export class NotebookFiles implements DocumentStore, OutsideVersions {
  private readonly files = new Map<string, KnownFile>();

  async load(path: string): Promise<ParsedNotebook> {
    const { bytes, mark } = await read(path);
    const parsed = parseNotebook(textOrBytes(bytes), path);
    this.files.set(path, {
      ...aFile(new NotebookWriter(parsed.origin)),
      content: { hash: hashOf(bytes), mark, spans: null },
      loaded: parsed.notebook,
    });
    return parsed;
  }

  /**
   * From now on this file is written in the style of another one (a run's output like its input). A file that is
   * there is replaced by the first save.
   */
  adopt(path: string, style: Pick<ParsedNotebook, "origin">): void {
    this.files.set(path, aFile(new NotebookWriter(style.origin)));
  }

  /** Lets go of what is kept of a file that is closed. */
  forget(path: string): void {
    this.files.delete(path);
  }

  async move(from: string, to: string): Promise<void> {
    await moveFile(from, to);
    this.noteMoved(from, to);
  }

  noteMoved(from: string, to: string): void {
    const known = this.files.get(from);
    if (!known) return;
    this.files.delete(from);
    this.files.set(to, known);
  }

  async saveNew(
    to: string,
    like: string,
    notebook: Notebook,
    beforePlacing: (contentHash: string) => Promise<void> = async () => {},
  ): Promise<string> {
    const known = this.files.get(like);
    const writer = known?.writer ?? new NotebookWriter();
    const encoder = new NotebookEncoder(writer.pieces(notebook), null);
    try {
      await placeNew(to, encoder.blocks(), () => beforePlacing(encoder.hash));
    } finally {
      encoder.close();
    }
    return encoder.hash;
  }

  /** The file at `to` is one that `saveNew` made, and this notebook's from now on. */
  async takeNew(from: string, to: string, hash: string): Promise<void> {
    this.noteMoved(from, to);
    const known = this.files.get(to);
    if (known) known.content = { hash, mark: await markOf(to), spans: null };
  }

  async findMoved(path: string): Promise<MovedFile | null> {
    const content = this.files.get(path)?.content ?? null;
    return content === null ? null : findMoved(path, content);
  }

  /** SHA-256 of what we last read or wrote there; null: nothing yet. */
  contentHash(path: string): string | null {
    return this.files.get(path)?.content?.hash ?? null;
  }

  takeLoaded(path: string): Notebook | null {
    const known = this.files.get(path);
    const loaded = known?.loaded ?? null;
    if (known) known.loaded = null;
    return loaded;
  }

  takeOutside(path: string): Promise<OutsideVersion> {
    const known = this.files.get(path);
    if (!known) return Promise.resolve({ type: "none" });
    const result = known.saving.then(() => lookOutside(path, known));
    known.saving = result;
    return result;
  }

  watch(path: string, onChange: () => void): Unsubscribe {
    return watchFile(path, onChange);
  }

  conflictCopies(path: string): Promise<readonly string[]> {
    return conflictCopies(path);
  }

  async readCopy(path: string, name: string): Promise<ParsedNotebook> {
    const copy = join(dirname(path), basename(name));
    return parseNotebook((await read(copy)).bytes, name);
  }

  save(path: string, notebook: Notebook, hooks?: SaveHooks): Promise<SaveResult> {
    let file = this.files.get(path);
    if (!file) {
      file = aFile(new NotebookWriter());
      this.files.set(path, file);
    }
    const known = file;
    const result = known.saving.then(() => saveNotebook(path, notebook, known, hooks));
    known.saving = result;
    return result;
  }
}

function aFile(writer: NotebookWriter): KnownFile {
  return { writer, content: null, loaded: null, broken: null, saving: Promise.resolve() };
}

/** Never rejects. */
async function lookOutside(path: string, file: KnownFile): Promise<OutsideVersion> {
  const { content, broken } = file;
  if (!content) return { type: "none" };
  try {
    const mark = await markOf(path);
    if (sameMark(mark, content.mark)) return { type: "none" };
    if (broken && sameMark(mark, broken.mark)) return { type: "broken", reason: broken.reason };
    const bytes = await readFile(path);
    const hash = hashOf(bytes);
    if (!sameMark(mark, await markOf(path)))
      return { type: "broken", reason: `${basename(path)} is being written by another program.` };
    if (hash === content.hash) {
      file.content = { ...content, mark };
      return { type: "none" };
    }
    const found = parseOutside(bytes, path);
    if ("reason" in found) {
      file.broken = { mark, reason: found.reason };
      return { type: "broken", reason: found.reason };
    }
    file.writer = new NotebookWriter(found.parsed.origin);
    file.content = { hash, mark, spans: null };
    file.broken = null;
    return { type: "changed", parsed: found.parsed };
  } catch (error) {
    if (!isMissing(error)) return { type: "broken", reason: messageOf(error) };
    return markNow(dirname(path)) === null ? { type: "missing", withFolder: true } : { type: "missing" };
  }
}

function parseOutside(
  bytes: Uint8Array,
  path: string,
): { readonly parsed: ParsedNotebook } | { readonly reason: string } {
  try {
    return { parsed: parseNotebook(bytes, basename(path)) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** Most notebooks are ASCII, which is text already. */
function textOrBytes(bytes: Buffer): string | Buffer {
  return isAscii(bytes) ? bytes.toString("latin1") : bytes;
}

async function read(path: string): Promise<{ bytes: Buffer; mark: FileMark }> {
  try {
    // The mark first: a change between the two shows as a change later, never as ours.
    const mark = await markOf(path);
    return { bytes: await readFile(path), mark };
  } catch (error) {
    throw new LoopbookError("notebook-unreadable", `${path} ${whyUnreadable(error)}`, { cause: error });
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist.";
    case "EISDIR":
      return "is a folder, not a notebook.";
    case "EACCES":
    case "EPERM":
      return "may not be read by you. Check its permissions.";
    case "ERR_FS_FILE_TOO_LARGE":
      return "is over 2 GB; that is more than can be read.";
    default:
      return `could not be read: ${messageOf(error)}.`;
  }
}
