/**
 * Loopbook as a library: a program of yours reads, changes and writes notebooks. Values are found by name, files keep
 * their style and are written whole or not at all, and nothing is evaluated.
 *
 * @example
 * ```ts
 * import { openNotebook } from "loopbook";
 *
 * const notebook = await openNotebook("train.ipynb");
 * console.log(notebook.get("lr")); // 0.1
 * notebook.set("lr", 0.05, { expected: 0.1 });
 * notebook.putTable("scores", { columns: ["model", "f1"], data: [["svm", 0.97]] });
 * await notebook.save();
 * ```
 *
 * `openNotebook` is about the file. A notebook that is open in a running Loopbook has its values read, written and
 * watched by `readValues`, `writeValues` and `watchValues`, which go where it is open.
 */
import { readFile, stat } from "node:fs/promises";
import { checkNotebookSize } from "./nbformat/decode-text.ts";
import { hasCellIds } from "./nbformat/file-origin.ts";
import {
  getValue,
  type NamedValueFault,
  type SetValueOptions,
  setValue,
  valueNames,
} from "./nbformat/named-values.ts";
import type { Cell, CellType, Notebook } from "./nbformat/notebook.ts";
import type { FileOrigin } from "./nbformat/notebook-file.ts";
import { parseNotebook } from "./nbformat/parse.ts";
import { NotebookWriter } from "./nbformat/serialise.ts";
import { getTable, putTable, type Table } from "./nbformat/tables.ts";
import { isMissing, writeAtomically } from "./store/files/atomic-write.ts";
import { hashOf, hashOfFile } from "./store/files/file-mark.ts";
import { saveFailure } from "./store/files/save-failure.ts";
import { LoopbookError, messageOf } from "./util/errors.ts";
import { CellId } from "./util/ids.ts";
import type { JsonObject, JsonValue } from "./util/json.ts";

export type { ValueChanges } from "./document/value-changes.ts";
export { readValues, runNotebook, watchValues, writeValues } from "./library/programs.ts";
export type {
  CellEndEvent,
  CellEvent,
  NotebookHooks,
  RunNotebookOptions,
  RunResult,
} from "./library/run-notebook-options.ts";
export { type LiteralLanguage, parseLiteral, parseTypedValue, printLiteral } from "./nbformat/literals.ts";
export type { SetValueOptions } from "./nbformat/named-values.ts";
export type {
  Cell,
  CellType,
  CodeCell,
  MarkdownCell,
  MimeBundle,
  Notebook,
  Output,
  RawCell,
} from "./nbformat/notebook.ts";
export { tagsOf } from "./nbformat/notebook.ts";
export type { FileOrigin, ParsedNotebook } from "./nbformat/notebook-file.ts";
export { parseNotebook } from "./nbformat/parse.ts";
export { NotebookWriter, serialiseNotebook } from "./nbformat/serialise.ts";
export type { Table } from "./nbformat/tables.ts";
export { LoopbookError } from "./util/errors.ts";
export type { JsonObject, JsonValue } from "./util/json.ts";

/** A cell by its id or `metadata.name`, its index, or the object itself. */
export type CellReference = string | number | Cell;

export interface SaveOptions {
  /** Also when the file was changed by somebody else since it was read: their change is lost. */
  readonly overwrite?: boolean;
}

/**
 * Opens a notebook file. Nothing is written before `save`.
 * @throws LoopbookError `notebook-unreadable`: one line with the reason.
 */
export async function openNotebook(path: string): Promise<NotebookFile> {
  const bytes = await readBytes(path);
  const { notebook, origin, notices } = parseNotebook(bytes, path);
  return new NotebookFile(path, notebook, { origin, notices, contentHash: hashOf(bytes) });
}

/** A new, empty notebook that gets its file with the first `save`; a file that is there is not replaced. */
export function createNotebook(path: string, metadata: JsonObject = PYTHON_3): NotebookFile {
  return new NotebookFile(path, { nbformat: 4, nbformat_minor: 5, metadata, cells: [] }, { notices: [] });
}

const PYTHON_3: JsonObject = {
  kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
  language_info: { name: "python" },
};

interface FileState {
  readonly origin?: FileOrigin;
  readonly notices: readonly string[];
  readonly contentHash?: string;
}

/** A notebook and its file. Every change makes new objects of what changes; what you hold stays as it was. */
export class NotebookFile {
  readonly path: string;
  /** What to know about the file: it was upgraded, ids were repeated, … */
  readonly notices: readonly string[];
  private current: Notebook;
  private readonly writer: NotebookWriter;
  /** Of the file as we last read or wrote it; undefined when it is not there yet. */
  private contentHash: string | undefined;

  constructor(path: string, notebook: Notebook, file: FileState) {
    this.path = path;
    this.current = notebook;
    this.notices = file.notices;
    this.contentHash = file.contentHash;
    this.writer = new NotebookWriter(file.origin);
  }

  get notebook(): Readonly<Notebook> {
    return this.current;
  }

  get cells(): readonly Cell[] {
    return this.current.cells;
  }

  get metadata(): Readonly<JsonObject> {
    return this.current.metadata;
  }

  /** The names of cells and parameters that have values. */
  names(): string[] {
    return valueNames(this.current);
  }

  /**
   * The value of a named cell, a parameter, or a tagged cell.
   * @throws LoopbookError `no-such-value`, or `not-a-literal` when it is computed.
   */
  get(name: string): JsonValue {
    const found = getValue(this.current, name);
    if (!found.ok) throw valueError(this.path, found);
    return found.value;
  }

  /**
   * Another value of that name; only the literal's characters change. With `expected` only if that is the value now.
   * @throws LoopbookError `no-such-value`, `not-a-literal`, or `value-changed` when `expected` does not hold.
   */
  set(name: string, value: JsonValue, options: SetValueOptions = {}): void {
    const changed = setValue(this.current, name, value, options);
    if (changed.ok) this.current = changed.notebook;
    else if (changed.reason === "changed") throw new LoopbookError("value-changed", changed.message);
    else if (changed.reason === "no-literal-for-value")
      throw new LoopbookError("not-a-literal", changed.message);
    else throw valueError(this.path, changed);
  }

  /** The rows of a named table, or undefined. Reads tables of ours and of nbtransom's `put_df`. */
  getTable(name: string): Table | undefined {
    return getTable(this.current, name);
  }

  /** Writes rows as a named table: data, not source. @throws LoopbookError `table-refused`. */
  putTable(name: string, table: Table): void {
    const changed = putTable(this.current, name, table);
    if (!changed.ok) throw new LoopbookError("table-refused", changed.message);
    this.current = changed.notebook;
  }

  /** The cell, or undefined. */
  cell(reference: CellReference): Cell | undefined {
    const { cells } = this.current;
    if (typeof reference === "number") return cells.at(reference);
    if (typeof reference === "object") return cells.find((cell) => cell === reference);
    return (
      cells.find((cell) => cell.id === reference) ?? cells.find((cell) => cell.metadata.name === reference)
    );
  }

  /** Changes a cell's source; outputs and all else stay. Returns the new cell. */
  setSource(reference: CellReference, source: string): Cell {
    return this.replace(reference, (cell) => ({ ...cell, source }));
  }

  /** `undefined` removes the key. */
  setCellMetadata(reference: CellReference, key: string, value: JsonValue | undefined): Cell {
    return this.replace(reference, (cell) => ({ ...cell, metadata: withKey(cell.metadata, key, value) }));
  }

  /** Removes a code cell's outputs and execution count. */
  clearOutputs(reference: CellReference): Cell {
    return this.replace(reference, (cell) =>
      cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
    );
  }

  /** `undefined` removes the key. */
  setMetadata(key: string, value: JsonValue | undefined): void {
    this.current = { ...this.current, metadata: withKey(this.current.metadata, key, value) };
  }

  /** Adds a cell after another one; without `after` at the end, with `null` at the start. Returns it. */
  insertCell(
    cellType: CellType,
    source: string,
    options: { readonly metadata?: JsonObject; readonly after?: CellReference | null } = {},
  ): Cell {
    const base = { metadata: options.metadata ?? {}, source };
    const ids = hasCellIds(this.current) ? { id: CellId.create() } : {};
    const cell: Cell =
      cellType === "code"
        ? { ...ids, cell_type: cellType, execution_count: null, outputs: [], ...base }
        : { ...ids, cell_type: cellType, ...base };
    this.current = { ...this.current, cells: this.cells.toSpliced(this.placeAfter(options.after), 0, cell) };
    return cell;
  }

  deleteCell(reference: CellReference): void {
    this.current = { ...this.current, cells: this.cells.toSpliced(this.indexOf(reference), 1) };
  }

  /** Moves a cell behind another one; with `null` to the start. */
  moveCell(reference: CellReference, after: CellReference | null): void {
    const cell = this.cells[this.indexOf(reference)];
    if (cell === undefined || (after !== null && this.cell(after) === cell)) return;
    this.deleteCell(cell);
    this.current = { ...this.current, cells: this.cells.toSpliced(this.placeAfter(after), 0, cell) };
  }

  /**
   * Writes the file, if anything differs from it: a temporary file beside it, synced, then renamed over it. Mode and
   * symlinks stay, and so does every byte that did not change.
   * @throws LoopbookError `notebook-changed-on-disk` when somebody else wrote it since it was read (see `overwrite`);
   *   `notebook-not-saved` with the system's reason; the file is then as it was.
   */
  async save(options: SaveOptions = {}): Promise<"saved" | "unchanged"> {
    const bytes = new TextEncoder().encode(this.writer.write(this.current));
    const hash = hashOf(bytes);
    const check = options.overwrite ? async () => {} : () => this.checkUnchanged();
    try {
      await check();
      if (hash === this.contentHash && !options.overwrite && (await onDisk(this.path)) === hash)
        return "unchanged";
      await writeAtomically(this.path, [bytes], { beforeReplace: check });
    } catch (cause) {
      if (cause instanceof LoopbookError) throw cause;
      throw new LoopbookError("notebook-not-saved", saveFailure(this.path, cause).reason, {
        cause,
      });
    }
    this.contentHash = hash;
    return "saved";
  }

  private async checkUnchanged(): Promise<void> {
    const now = await onDisk(this.path);
    // A file that went away is written anew: nobody's change is lost.
    if (now === undefined || now === this.contentHash) return;
    throw new LoopbookError(
      "notebook-changed-on-disk",
      this.contentHash === undefined
        ? `${this.path} is there already. Open it, or save with { overwrite: true } to replace it.`
        : `${this.path} was changed by another program since it was read. Open it again, or save with { overwrite: true } to replace what they wrote.`,
    );
  }

  private replace(reference: CellReference, change: (cell: Cell) => Cell): Cell {
    const index = this.indexOf(reference);
    const old = this.cells[index];
    if (old === undefined) throw noSuchCell(this.path, reference);
    const cell = change(old);
    this.current = { ...this.current, cells: this.cells.with(index, cell) };
    return cell;
  }

  private indexOf(reference: CellReference): number {
    const cell = this.cell(reference);
    if (cell === undefined) throw noSuchCell(this.path, reference);
    return this.cells.indexOf(cell);
  }

  private placeAfter(after: CellReference | null | undefined): number {
    if (after === null) return 0;
    return after === undefined ? this.cells.length : this.indexOf(after) + 1;
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    checkNotebookSize((await stat(path)).size, path);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof LoopbookError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const reason =
      code === "ENOENT"
        ? "does not exist."
        : code === "EISDIR"
          ? "is a folder, not a notebook."
          : `could not be read: ${messageOf(cause)}`;
    throw new LoopbookError("notebook-unreadable", `${path} ${reason}`, { cause });
  }
}

async function onDisk(path: string): Promise<string | undefined> {
  try {
    return await hashOfFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function withKey(metadata: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  const { [key]: _, ...rest } = metadata;
  return value === undefined ? rest : { ...metadata, [key]: value };
}

function valueError(path: string, fault: NamedValueFault): LoopbookError {
  const message = `${path}: ${fault.message}`;
  return fault.reason === "no-such-name"
    ? new LoopbookError("no-such-value", message)
    : new LoopbookError("not-a-literal", message);
}

function noSuchCell(path: string, reference: CellReference): LoopbookError {
  const shown =
    typeof reference === "object" ? "that is given (it was changed or deleted)" : JSON.stringify(reference);
  return new LoopbookError("no-such-cell", `${path} has no cell ${shown}.`);
}
