/**
 * The first state of a live notebook, made from its file. The same file gives the same history, byte for byte:
 * two parties that each create "the same" document with histories of their own would merge into doubled cells.
 */
import * as Y from "yjs";
import type { Notebook } from "../nbformat/notebook.ts";
import type { EditOrigin } from "./live-notebook.ts";
import { fillDocument } from "./schema.ts";

/** Author of the seed in every document. No editor's client id is ever 0 (Yjs draws them at random from 32 bits; ours are checked). */
const SEED_CLIENT = 0;
const SEED: EditOrigin = { type: "file", label: "seed" };

/** A document that holds this notebook; what it does from now on is done by another author. */
export function seedDocument(notebook: Notebook): Y.Doc {
  const doc = new Y.Doc();
  const { clientID } = doc;
  doc.clientID = SEED_CLIENT;
  const { ids, idsAbsent } = assignIds(notebook);
  doc.transact(() => fillDocument(doc, notebook, ids, idsAbsent), SEED);
  doc.clientID = clientID;
  return doc;
}

/** The Yjs update that makes an empty document hold this notebook. Deterministic. */
export function seedUpdate(notebook: Notebook): Uint8Array {
  const doc = seedDocument(notebook);
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

/**
 * Ids for all cells: the file's own; where it has none, from the content, so that a cell keeps its id when others
 * are inserted before it and the file is read again. A second cell with an id that is taken gets one of those too.
 */
export function assignIds(notebook: Notebook): { ids: string[]; idsAbsent: boolean } {
  const taken = new Set<string>();
  const ids = notebook.cells.map((cell) => {
    let id = cell.id;
    for (let attempt = 0; id === undefined || taken.has(id); attempt++) {
      id = contentHash(`${attempt}\n${cell.cell_type}\n${cell.source}`);
    }
    taken.add(id);
    return id;
  });
  const idsAbsent = notebook.nbformat_minor < 5 && notebook.cells.every((cell) => cell.id === undefined);
  return { ids, idsAbsent };
}

/** FNV-1a over UTF-16 units in two lanes, as 12 hex digits: cheap, and good enough to tell cells of one file apart. */
function contentHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x0100019d);
  }
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
  return (hex(a) + hex(b)).slice(0, 12);
}
