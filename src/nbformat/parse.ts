/** Reads an `.ipynb`: nbformat 4.0–4.5 as it is, newer minor versions with a notice, nbformat 3 upgraded. */

import type { JsonObject, JsonValue } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import { assignCellIds } from "./cell-ids.ts";
import { checkCell, kindOf, ShapeFault } from "./check-shape.ts";
import { decodeText } from "./decode-text.ts";
import { type CellSlot, hasCellIds, NotebookOrigin } from "./file-origin.ts";
import { lineOf } from "./json-diagnosis.ts";
import { detectStyle } from "./json-style.ts";
import {
  memberOf,
  type ObjectNode,
  readArray,
  readNode,
  readObject,
  readSpan,
  TooDeep,
} from "./json-syntax.ts";
import type { Cell, Notebook } from "./notebook.ts";
import type { ParsedNotebook } from "./notebook-file.ts";
import { checkDepth, MAX_DEPTH, readJson } from "./read-json.ts";
import { unreadable } from "./unreadable.ts";
import { upgradeFrom3 } from "./upgrade.ts";

const NEWEST_MINOR = 5;

/**
 * @param source the file's bytes or text.
 * @param fileName how messages name the file.
 * @returns the notebook, its origin for `serialiseNotebook`, and what the user should know. The same file gives the
 *   same notebook each time, also where ids had to be made up. Nothing is written.
 * @throws LoopbookError `notebook-unreadable`: one line that names the file, the reason and the place.
 */
export function parseNotebook(source: string | Uint8Array, fileName: string): ParsedNotebook {
  const text = decodeText(source, fileName);
  const { value, start, notices: jsonNotices } = readJson(text, fileName);
  const notices = new Set(jsonNotices);
  const major = majorVersion(value, fileName);
  const top = readTop(text, start, fileName);
  const isUpgraded = major === 3;
  let notebook: JsonObject = value as JsonObject;
  if (isUpgraded) {
    notices.add("nbformat 3 was read as nbformat 4.5; saving a change writes it as 4.5.");
    try {
      notebook = upgradeFrom3(notebook);
    } catch (error) {
      throw error instanceof ShapeFault ? unreadable(fileName, error.message, error) : error;
    }
  }
  checkTop(notebook, fileName, notices);
  const spans = isUpgraded ? [] : cellSpans(top);
  for (const [index, cell] of notebook.cells.entries()) {
    try {
      checkCell(cell, notices);
    } catch (error) {
      if (!(error instanceof ShapeFault)) throw error;
      const span = spans[index];
      const place = span === undefined ? "" : ` (line ${lineOf(text, span.start)})`;
      const reason = error.message.startsWith(":") ? error.message : ` ${error.message}`;
      throw unreadable(fileName, `is not a readable notebook: cell ${index + 1}${reason}${place}.`, error);
    }
  }
  const cells = notebook.cells as unknown as Cell[];
  const isAssigned = assignIds(notebook as unknown as Notebook, notices);
  const slots = spans.map((span, index): CellSlot => {
    const id = cells[index]?.id;
    return { kind: "scalar", start: span.start, end: span.end, id, isIdAssigned: isAssigned.has(index) };
  });
  const origin = new NotebookOrigin({
    text,
    style: detectStyle(text, top),
    top: isUpgraded ? undefined : withSlots(top, slots),
    slots,
    slotOfCell: new WeakMap(
      slots.flatMap(({ id }, index) => {
        const cell = id === undefined ? cells[index] : undefined;
        return cell === undefined ? [] : [[cell, index] as const];
      }),
    ),
    upgradedJson: isUpgraded ? JSON.stringify(notebook) : undefined,
  });
  return { notebook: notebook as unknown as Notebook, origin, notices: [...notices] };
}

/** Everything but cells, which are spans: there may be thousands. */
function readTop(text: string, start: number, fileName: string): ObjectNode {
  const within = (levels: number) => (all: string, at: number) => readSpan(all, at, MAX_DEPTH - levels);
  const [cell, member] = [within(2), within(1)];
  try {
    return readObject(text, start, (all, at, key) => {
      if (key === "cells" && all.charAt(at) === "[") return readArray(all, at, cell);
      member(all, at);
      return readNode(all, at);
    });
  } catch (error) {
    if (error instanceof TooDeep) checkDepth(text, fileName);
    throw error;
  }
}

function majorVersion(value: JsonValue, fileName: string): 3 | 4 {
  if (!isJsonObject(value))
    throw unreadable(fileName, `is JSON, but not a notebook: it holds ${kindOf(value)}.`);
  const major = value.nbformat;
  if (major === undefined)
    throw unreadable(fileName, 'is JSON, but not a notebook: it has no "nbformat" at its top level.');
  if (major === 3 || major === 4) return major;
  if (typeof major !== "number")
    throw unreadable(
      fileName,
      `is not a readable notebook: its nbformat is ${kindOf(major)}, where a number is needed.`,
    );
  const minor = typeof value.nbformat_minor === "number" ? `.${value.nbformat_minor}` : "";
  throw unreadable(
    fileName,
    major > 4
      ? `is written in nbformat ${major}${minor}; this version reads up to 4. Update Loopbook, or save the file as nbformat 4.`
      : `is written in nbformat ${major}${minor}, from before 2013; 3 and 4 are read. Convert it with \`jupyter nbconvert --to notebook\`.`,
  );
}

function checkTop(
  notebook: JsonObject,
  fileName: string,
  notices: Set<string>,
): asserts notebook is JsonObject & { cells: JsonValue[] } {
  const refuse = (reason: string): Error => unreadable(fileName, `is not a readable notebook: ${reason}.`);
  const { cells, metadata = {}, nbformat_minor: minor = 0 } = notebook;
  if (cells === undefined) throw refuse("it has no list of cells");
  if (!Array.isArray(cells)) throw refuse(`its cells are ${kindOf(cells)}, where a list is needed`);
  if (!isJsonObject(metadata)) throw refuse(`its metadata is ${kindOf(metadata)}, where an object is needed`);
  if (typeof minor !== "number")
    throw refuse(`its nbformat_minor is ${kindOf(minor)}, where a number is needed`);
  notebook.metadata = metadata;
  notebook.nbformat_minor = minor;
  if (minor > NEWEST_MINOR)
    notices.add(
      `nbformat 4.${minor} is newer than 4.${NEWEST_MINOR}; what is new in it is kept, not understood.`,
    );
}

function cellSpans(top: ObjectNode): readonly { start: number; end: number }[] {
  const cells = memberOf(top, "cells")?.value;
  return cells?.kind === "array" ? cells.items : [];
}

/** The tree with the slots in the place of the cells' spans: there may be thousands, so not both are kept. */
function withSlots(top: ObjectNode, slots: readonly CellSlot[]): ObjectNode {
  const cells = memberOf(top, "cells");
  const { value } = cells ?? {};
  if (value?.kind !== "array") return top;
  return {
    ...top,
    members: top.members.map((member) =>
      member === cells ? { ...member, value: { ...value, items: slots } } : member,
    ),
  };
}

/** Gives ids to cells of 4.5 that lack one or repeat an earlier one. Returns the indexes of those cells. */
function assignIds(notebook: Notebook, notices: Set<string>): ReadonlySet<number> {
  const assigned = new Set<number>();
  if (!hasCellIds(notebook)) return assigned;
  let repeated = 0;
  for (const [index, id] of assignCellIds(notebook.cells).entries()) {
    const cell = notebook.cells[index];
    if (cell === undefined || cell.id === id) continue;
    if (cell.id !== undefined) repeated += 1;
    assigned.add(index);
    cell.id = id;
  }
  if (repeated > 0)
    notices.add(
      `${repeated === 1 ? "A cell repeats" : `${repeated} cells repeat`} the id of an earlier cell and got another; the file is changed only where such a cell is.`,
    );
  return assigned;
}
