/**
 * `DocumentStore` on plain `.ipynb` files: written whole or not at all, in the file's own style, only when something
 * changed, and never over what another program wrote meanwhile.
 */
import { readFile } from "node:fs/promises";
import type { DocumentStore, SaveResult } from "../../document/document-store.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { ParsedNotebook } from "../../nbformat/notebook-file.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { NotebookWriter } from "../../nbformat/serialise.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { isMissing, writeAtomically } from "./atomic-write.ts";
import { encodePieces } from "./encode-pieces.ts";
import { type FileMark, hashOf, hashOfFile, markOf, sameMark } from "./file-mark.ts";
import { changedOutside, saveFailure } from "./save-failure.ts";

interface KnownFile {
  readonly writer: NotebookWriter;
  /** What we last read or wrote there; null: nothing yet, whatever is there may be replaced. */
  content: { readonly hash: string; readonly mark: FileMark } | null;
  /** Saves of one file go one after the other. */
  saving: Promise<unknown>;
}

class ChangedOutside extends Error {}

export class NotebookFiles implements DocumentStore {
  private readonly files = new Map<string, KnownFile>();

  async load(path: string): Promise<ParsedNotebook> {
    const { bytes, mark } = await read(path);
    const parsed = parseNotebook(bytes, path);
    this.files.set(path, {
      writer: new NotebookWriter(parsed.origin),
      content: { hash: hashOf(bytes), mark },
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
      saving: Promise.resolve(),
    });
  }

  /** Lets go of what is kept of a file that is closed. */
  forget(path: string): void {
    this.files.delete(path);
  }

  save(path: string, notebook: Notebook): Promise<SaveResult> {
    let file = this.files.get(path);
    if (!file) {
      file = { writer: new NotebookWriter(), content: null, saving: Promise.resolve() };
      this.files.set(path, file);
    }
    const known = file;
    const result = known.saving.then(() => write(path, notebook, known));
    known.saving = result;
    return result;
  }
}

/** Never rejects. */
async function write(path: string, notebook: Notebook, file: KnownFile): Promise<SaveResult> {
  try {
    const { pieces, hash } = await encodePieces(file.writer.chunks(notebook));
    const state = await stateOnDisk(path, file);
    if (state === "changed") return changedOutside(path);
    if (state === "ours" && hash === file.content?.hash) return { type: "unchanged" };
    const mark = await writeAtomically(path, pieces, {
      beforeReplace: async () => {
        if ((await stateOnDisk(path, file)) === "changed") throw new ChangedOutside();
      },
    });
    file.content = { hash, mark };
    return { type: "saved", contentHash: hash };
  } catch (error) {
    return error instanceof ChangedOutside ? changedOutside(path) : saveFailure(path, error);
  }
}

async function stateOnDisk(path: string, file: KnownFile): Promise<"ours" | "changed" | "nothing-ours"> {
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
    if (isMissing(error)) return "nothing-ours";
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
