/**
 * Saves a notebook into its file block by block, so that a save takes no more memory than a block, however big the
 * notebook is. Nothing is written when nothing differs, and nothing over what another program wrote meanwhile.
 */
import { dirname } from "node:path";
import type { SaveHooks, SaveResult } from "../../document/document-store.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { NotebookWriter } from "../../nbformat/serialise.ts";
import { isMissing, writeAtomically } from "./atomic-write.ts";
import { BaseChanged, BaseFile } from "./base-file.ts";
import type { CellSpans } from "./cell-spans.ts";
import { type FileMark, hashOfFile, markNow, markOf, sameMark } from "./file-mark.ts";
import { NotebookEncoder } from "./notebook-encoder.ts";
import { changedOutside, saveFailure, vanished } from "./save-failure.ts";

interface Content {
  readonly hash: string;
  readonly mark: FileMark;
  /** Where it has which cell; null: not known, as it is after reading. */
  readonly spans: CellSpans | null;
}

/** What is known of a file between saves. */
export interface KnownFile {
  writer: NotebookWriter;
  /** What we last read or wrote there; null: nothing yet, whatever is there may be replaced. */
  content: Content | null;
  /** What the file held when it was read, until somebody asked for it. */
  loaded: Notebook | null;
  /** What we found there last, if it was no notebook. */
  broken: { readonly mark: FileMark; readonly reason: string } | null;
  /** Saves and looks at one file go one after the other. */
  saving: Promise<unknown>;
}

class ChangedOutside extends Error {}
class Unchanged extends Error {}

/** Never rejects. */
export async function saveNotebook(
  path: string,
  notebook: Notebook,
  file: KnownFile,
  hooks?: SaveHooks,
): Promise<SaveResult> {
  try {
    return await save(path, notebook, file, hooks);
  } catch (error) {
    if (error instanceof Unchanged) return { type: "unchanged" };
    if (error instanceof ChangedOutside) return changedOutside(path);
    // Somebody touched the file while we copied from it: look at it again, and print everything.
    if (error instanceof BaseChanged && file.content?.spans) {
      file.content = { ...file.content, spans: null };
      return saveNotebook(path, notebook, file, hooks);
    }
    // Where nothing can be written, a notebook that needs no writing is still saved.
    const isSame = await isUnchanged(path, notebook, file).catch(() => false);
    return isSame ? { type: "unchanged" } : saveFailure(path, error);
  }
}

async function save(
  path: string,
  notebook: Notebook,
  file: KnownFile,
  hooks?: SaveHooks,
): Promise<SaveResult> {
  const state = await stateOnDisk(path, file);
  if (state === "changed") return changedOutside(path);
  if (state === "missing" && hooks?.mustExist && markNow(dirname(path)) !== null) return vanished(path);
  const { content } = file;
  const base = content?.spans ? await BaseFile.open(path, content.mark) : null;
  try {
    const known = base && content?.spans ? { file: base, spans: content.spans } : null;
    const encoder = new NotebookEncoder(file.writer.pieces(notebook), known);
    try {
      return await write(path, file, encoder, hooks);
    } finally {
      encoder.close();
    }
  } finally {
    await base?.close();
  }
}

async function write(
  path: string,
  file: KnownFile,
  encoder: NotebookEncoder,
  hooks?: SaveHooks,
): Promise<SaveResult> {
  // Most notebooks are one block: then it is known whether they changed before a file is made.
  const first = await encoder.next();
  if (encoder.isOver) await throwIfUnchanged(path, file, encoder.hash);
  const mark = await writeAtomically(path, blocks(path, file, encoder, first), {
    beforeReplace: async () => {
      // First what takes time, then the last look.
      await hooks?.beforeReplace(encoder.hash);
      if ((await stateOnDisk(path, file)) === "changed") throw new ChangedOutside();
    },
    lastLook: () => {
      const now = file.content === null ? null : markNow(path);
      if (now !== null && file.content && !sameMark(now, file.content.mark)) throw new ChangedOutside();
    },
  });
  const { hash } = encoder;
  file.content = { hash, mark, spans: encoder.spans() };
  return { type: "saved", contentHash: hash };
}

/** All blocks, the first of which was made before. */
async function* blocks(
  path: string,
  file: KnownFile,
  encoder: NotebookEncoder,
  first: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield first;
  if (encoder.isOver) return;
  yield* encoder.blocks();
  await throwIfUnchanged(path, file, encoder.hash);
}

async function throwIfUnchanged(path: string, file: KnownFile, hash: string): Promise<void> {
  if (hash !== file.content?.hash) return;
  const state = await stateOnDisk(path, file);
  if (state === "changed") throw new ChangedOutside();
  if (state === "ours") throw new Unchanged();
}

async function isUnchanged(path: string, notebook: Notebook, file: KnownFile): Promise<boolean> {
  if ((await stateOnDisk(path, file)) !== "ours") return false;
  const encoder = new NotebookEncoder(file.writer.pieces(notebook), null);
  while (!encoder.isOver) await encoder.next();
  encoder.close();
  return encoder.hash === file.content?.hash;
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
    file.content = { ...content, mark };
    return "ours";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw error;
  }
}
