/**
 * The run's own cells in its notebook: summary, charts, log, what it shows and asks. They are ordinary code cells whose
 * outputs are written here, in place. People move them, write between them, and delete them: then they stay away.
 */
import type { NotebookEdit, OutputEdit } from "../../document/edits.ts";
import type { EditOrigin, LiveNotebook } from "../../document/live-notebook.ts";
import { type JsonObject, type Output, tagsOf } from "../../nbformat/notebook.ts";
import { findLanguage } from "../../runs/parameters/languages/all.ts";
import { TAGS } from "../../runs/tags.ts";
import { CellId } from "../../util/ids.ts";
import { isJsonObject } from "../../util/json.ts";
import { languageOf } from "./parameter-cell.ts";

export type CellRole = "origin" | "script" | "summary" | "chart" | "logs" | "show" | "question";

/** Groups the cells in the notebook: a new one comes behind the last of its own kind, or of one before it. */
const ORDER: readonly CellRole[] = ["origin", "summary", "question", "chart", "show", "logs", "script"];

export interface RunCellsOptions {
  readonly live: LiveNotebook;
  readonly origin: EditOrigin;
  readonly run: string;
  /** Cells that this run has made before; those that are gone were deleted by somebody. */
  readonly made: () => readonly string[];
  readonly onMade: (key: string) => void;
}

export class RunCells {
  private readonly given: RunCellsOptions;
  private readonly found = new Map<string, CellId>();
  private readonly texts = new Map<CellId, string>();

  constructor(options: RunCellsOptions) {
    this.given = options;
    const { live } = options;
    for (const id of live.cellIds()) {
      const own = live.cell(id)?.metadata.loopbook;
      if (!isJsonObject(own) || typeof own.role !== "string") continue;
      const name = typeof own.name === "string" ? own.name : "";
      this.found.set(keyOf(own.role as CellRole, name), id);
    }
  }

  has(role: CellRole, name = ""): boolean {
    const id = this.found.get(keyOf(role, name));
    return id !== undefined && this.given.live.cell(id) !== undefined;
  }

  /** What the cell shows from now on; null where somebody deleted it. @param comment its source, when it is made. */
  show(role: CellRole, name: string, comment: string, output: Output): CellId | null {
    const id = this.ensure(role, name, comment);
    if (id === null) return null;
    const text = JSON.stringify(output);
    if (this.texts.get(id) === text) return id;
    const { live, origin } = this.given;
    const shown = live.cell(id)?.outputs.length ?? 0;
    const edits: readonly OutputEdit[] =
      shown === 1
        ? [{ type: "replace-output", id, index: 0, output }]
        : [
            { type: "clear-outputs", id },
            { type: "append-output", id, output },
          ];
    if (live.write(edits, origin).ok) this.texts.set(id, text);
    return id;
  }

  /** A cell with text of its own, rewritten when the run begins. */
  write(role: CellRole, cellType: "markdown" | "code", source: string, more: JsonObject = {}): void {
    const { live, origin } = this.given;
    const known = this.found.get(keyOf(role, ""));
    if (known !== undefined && live.cell(known) !== undefined) {
      live.applyAll([{ type: "set-source", id: known, source }, this.ownership(known, role, "")], origin);
      return;
    }
    if (this.given.made().includes(keyOf(role, ""))) return;
    this.insert(role, "", cellType, source, more);
  }

  private ensure(role: CellRole, name: string, comment: string): CellId | null {
    const key = keyOf(role, name);
    const known = this.found.get(key);
    const { live, origin, run, made, onMade } = this.given;
    const cell = known === undefined ? undefined : live.cell(known);
    if (known !== undefined && cell !== undefined) {
      const own = cell.metadata.loopbook;
      // An earlier run's: this one shows its own there.
      if (isJsonObject(own) && own.run !== run) live.apply(this.ownership(known, role, name), origin);
      if (!made().includes(key)) onMade(key);
      return known;
    }
    if (made().includes(key)) return null;
    const { kernelName, language } = languageOf(live);
    const sign = findLanguage(kernelName, language);
    const source = sign === null ? `# ${comment}` : sign.comment(comment);
    return this.insert(role, name, "code", source, {});
  }

  private insert(
    role: CellRole,
    name: string,
    cellType: "markdown" | "code",
    source: string,
    more: JsonObject,
  ): CellId {
    const { live, origin, onMade } = this.given;
    const id = CellId.create();
    const tags = cellType === "code" ? [TAGS.run, TAGS.skip] : [TAGS.run];
    const metadata = { ...more, tags, loopbook: this.mark(role, name) };
    const cell = { id, cellType, source, metadata };
    live.apply({ type: "insert-cell", cell, after: this.placeFor(role) }, origin);
    this.found.set(keyOf(role, name), id);
    onMade(keyOf(role, name));
    return id;
  }

  private placeFor(role: CellRole): CellId | null {
    const { live } = this.given;
    const ids = live.cellIds();
    const before = new Set(ORDER.slice(0, ORDER.indexOf(role) + 1));
    const isOwn = (id: CellId): boolean => {
      const own = live.cell(id)?.metadata.loopbook;
      return isJsonObject(own) && before.has(own.role as CellRole);
    };
    const own = ids.findLast(isOwn);
    const parameters = ids.findLast((id) => tagsOf(live.cell(id) ?? NO_CELL).includes(TAGS.parameters));
    if (role === "origin") return ids[0] ?? null;
    const isParametersLater =
      own !== undefined && parameters !== undefined && ids.indexOf(parameters) > ids.indexOf(own);
    if (own !== undefined && !isParametersLater) return own;
    // A notebook of somebody's own: behind all that is theirs.
    return this.has("origin") ? (parameters ?? own ?? null) : (ids.at(-1) ?? null);
  }

  private ownership(id: CellId, role: CellRole, name: string): NotebookEdit {
    return { type: "set-cell-metadata", id, key: "loopbook", value: this.mark(role, name) };
  }

  private mark(role: CellRole, name: string): JsonObject {
    return { role, run: this.given.run, ...(name !== "" && { name }) };
  }
}

const NO_CELL = { metadata: {} };

function keyOf(role: CellRole, name: string): string {
  return name === "" ? role : `${role}:${name}`;
}
