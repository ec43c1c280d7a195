/**
 * `DocumentStore` on plain `.ipynb` files: written whole or not at all, in the file's own style, only when something
 * changed, and never over what another program wrote meanwhile.
 */
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
import { isMissing, writeAtomically } from "./atomic-write.ts";
import { conflictCopies } from "./conflict-copies.ts";
import { encodePieces } from "./encode-pieces.ts";
import { type FileMark, hashOf, hashOfFile, markNow, markOf, sameMark } from "./file-mark.ts";
import { findMoved } from "./find-moved.ts";
import { moveFile, placeNew } from "./move-file.ts";
import { changedOutside, saveFailure, vanished } from "./save-failure.ts";
import { watchFile } from "./watch-file.ts";

interface KnownFile {
  writer: NotebookWriter;
  /** What we last read or wrote there; null: nothing yet, whatever is there may be replaced. */
  content: { readonly hash: string; readonly mark: FileMark } | null;
  /** What the file held when it was read, until somebody asked for it. */
  loaded: Notebook | null;
  /** What we found there last, if it was no notebook. */
  broken: { readonly mark: FileMark; readonly reason: string } | null;
  /** Saves and looks at one file go one after the other. */
  saving: Promise<unknown>;
}

class ChangedOutside extends Error {}

export class NotebookFiles implements DocumentStore, OutsideVersions {
  private readonly files = new Map<string, KnownFile>();

  async load(path: string): Promise<ParsedNotebook> {
    const { bytes, mark } = await read(path);
    const parsed = parseNotebook(bytes, path);
    this.files.set(path, {
      writer: new NotebookWriter(parsed.origin),
      content: { hash: hashOf(bytes), mark },
      loaded: parsed.notebook,
      broken: null,
      saving: Promise.resolve(),
    });
    return parsed;
  }

  /**
   * From now on this file is written in the style of another one (a run's output like its input). A file that is
   * there is replaced by the first save.
   */
  adopt(path: string, style: Pick<ParsedNotebook, "origin">): void {
    this.files.set(path, {
      writer: new NotebookWriter(style.origin),
      content: null,
      loaded: null,
      broken: null,
      saving: Promise.resolve(),
    });
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
    const { pieces, hash } = await encodePieces(writer.chunks(notebook));
    await placeNew(to, pieces, () => beforePlacing(hash));
    return hash;
  }

  /** The file at `to` is one that `saveNew` made, and this notebook's from now on. */
  async takeNew(from: string, to: string, hash: string): Promise<void> {
    this.noteMoved(from, to);
    const known = this.files.get(to);
    if (known) known.content = { hash, mark: await markOf(to) };
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
      file = {
        writer: new NotebookWriter(),
        content: null,
        loaded: null,
        broken: null,
        saving: Promise.resolve(),
      };
      this.files.set(path, file);
    }
    const known = file;
    const result = known.saving.then(() => write(path, notebook, known, hooks));
    known.saving = result;
    return result;
  }
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
      file.content = { hash, mark };
      return { type: "none" };
    }
    const found = parseOutside(bytes, path);
    if ("reason" in found) {
      file.broken = { mark, reason: found.reason };
      return { type: "broken", reason: found.reason };
    }
    file.writer = new NotebookWriter(found.parsed.origin);
    file.content = { hash, mark };
    file.broken = null;
    return { type: "changed", parsed: found.parsed };
  } catch (error) {
    if (!isMissing(error)) return { type: "broken", reason: messageOf(error) };
    // A folder that is gone takes everything along, and may come back with it.
    return { type: markNow(dirname(path)) === null ? "none" : "missing" };
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

/** Never rejects. */
async function write(
  path: string,
  notebook: Notebook,
  file: KnownFile,
  hooks?: SaveHooks,
): Promise<SaveResult> {
  try {
    const { pieces, hash } = await encodePieces(file.writer.chunks(notebook));
    const state = await stateOnDisk(path, file);
    if (state === "changed") return changedOutside(path);
    if (state === "missing" && hooks?.mustExist && markNow(dirname(path)) !== null) return vanished(path);
    if (state === "ours" && hash === file.content?.hash) return { type: "unchanged" };
    const mark = await writeAtomically(path, pieces, {
      beforeReplace: async () => {
        // First what takes time, then the last look.
        await hooks?.beforeReplace(hash);
        if ((await stateOnDisk(path, file)) === "changed") throw new ChangedOutside();
      },
      lastLook: () => {
        const now = file.content === null ? null : markNow(path);
        if (now !== null && file.content && !sameMark(now, file.content.mark)) throw new ChangedOutside();
      },
    });
    file.content = { hash, mark };
    return { type: "saved", contentHash: hash };
  } catch (error) {
    return error instanceof ChangedOutside ? changedOutside(path) : saveFailure(path, error);
  }
}

type StateOnDisk = "ours" | "changed" | "missing" | "nothing-ours";

async function stateOnDisk(path: string, file: KnownFile): Promise<StateOnDisk> {
  const { content } = file;
  if (!content) return "nothing-ours";
  try {
    const mark = await markOf(path);
    if (sameMark(mark, content.mark)) return "ours";
    if ((await hashOfFile(path)) !== content.hash) return "changed";
    // Touched, copied over itself, moved away and back: the same content.
    file.content = { hash: content.hash, mark };
    return "ours";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
}

async function read(path: string): Promise<{ bytes: Uint8Array; mark: FileMark }> {
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
