/**
 * Writes a notebook so that a diff of its file shows what changed and nothing else. What is as it was read is given
 * back byte for byte; what is new follows the file's habits. A notebook without a file gets Jupyter's style
 * (`nbformat.write`: indentation of one, sorted names, text as lines, a newline at the end).
 */
import { type JsonObject, type JsonValue, jsonEqual } from "../util/json.ts";
import { CellPrinter, type CellText } from "./cell-printer.ts";
import { type NotebookOrigin, originOf } from "./file-origin.ts";
import { joinParts, layoutOf, objectParts, printFresh } from "./json-print.ts";
import { compareKeys, type JsonStyle, JUPYTER_STYLE, quote } from "./json-style.ts";
import { memberOf } from "./json-syntax.ts";
import type { Cell, Notebook } from "./notebook.ts";
import type { FileOrigin } from "./notebook-file.ts";

export type { CellText } from "./cell-printer.ts";

/**
 * The text of a notebook's file, to be written as UTF-8.
 *
 * @param origin what `parseNotebook` gave for the file; none for a new notebook. Cells are found again by id, or by
 *   content and place where the file has no ids.
 */
export function serialiseNotebook(notebook: Notebook, origin?: FileOrigin): string {
  return new NotebookWriter(origin).write(notebook);
}

/**
 * Writes the same notebook again and again, quickly: the text of each `Cell` object is kept as long as the object
 * is. So a cell that changes must be a new object, as the live document's are. Not so for `serialiseNotebook`.
 */
export class NotebookWriter {
  private readonly origin: NotebookOrigin | undefined;
  private readonly style: JsonStyle;
  private readonly cells: CellPrinter;
  private texts = new WeakMap<Cell, string>();
  private edition: object | null = null;

  constructor(origin?: FileOrigin) {
    this.origin = origin === undefined ? undefined : originOf(origin);
    this.style = this.origin?.style ?? JUPYTER_STYLE;
    this.cells = new CellPrinter(this.origin, this.style);
  }

  write(notebook: Notebook): string {
    return [...this.chunks(notebook)].join("");
  }

  /** The same text in pieces, about one for each cell, for a writer that wants no string of the whole. */
  *chunks(notebook: Notebook): Generator<string> {
    for (const piece of this.pieces(notebook)) yield typeof piece === "string" ? piece : this.textOf(piece);
  }

  /**
   * The same again for a writer that has the text of cells already: each is printed only when it is asked for, and
   * none is kept here.
   */
  *pieces(notebook: Notebook): Generator<string | CellText> {
    const { origin } = this;
    if (origin?.top !== undefined) yield* this.besideOrigin(origin, notebook);
    else if (origin?.upgradedJson !== undefined && isAsUpgraded(notebook, origin.upgradedJson))
      yield origin.text;
    else yield* this.fresh(notebook);
  }

  private textOf({ cell, edition, text }: CellText): string {
    if (this.edition !== edition) this.texts = new WeakMap();
    this.edition = edition;
    const known = this.texts.get(cell);
    if (known !== undefined) return known;
    const printed = text();
    this.texts.set(cell, printed);
    return printed;
  }

  private *besideOrigin(origin: NotebookOrigin, notebook: Notebook): Generator<string | CellText> {
    const { text, top } = origin;
    const layout = top === undefined ? undefined : layoutOf(text, top);
    if (top === undefined || layout === undefined) return;
    const cellsNode = memberOf(top, "cells")?.value;
    const context = { text, style: this.style };
    const parts = objectParts(context, top, asJson(notebook), "notebook", layout, (key) =>
      key === "cells" ? "" : undefined,
    );
    const cellsIndex = top.members.findLastIndex((member) => member.key === "cells");
    yield `${text.slice(0, top.start)}{`;
    const cellsPart = parts.find((part) => part.index === cellsIndex);
    for (const chunk of joinParts(this.style, layout, parts)) {
      yield chunk;
      if (cellsPart === undefined || chunk !== cellsPart.text) continue;
      const cellsLayout = cellsNode?.kind === "array" ? layoutOf(text, cellsNode) : undefined;
      if (cellsLayout === undefined || notebook.cells.length === 0) {
        if (notebook.cells.length === 0 && cellsNode !== undefined && cellsLayout === undefined)
          yield text.slice(cellsNode.start, cellsNode.end);
        else yield* this.freshCells(notebook, layout.indent);
      } else {
        yield "[";
        yield* joinParts(this.style, cellsLayout, this.cells.print(notebook, cellsLayout.indent));
        yield "]";
      }
    }
    yield `}${text.slice(top.end)}`;
  }

  private *fresh(notebook: Notebook): Generator<string | CellText> {
    const { style } = this;
    const isOnLines = style.indentUnit !== null;
    const lead = isOnLines ? `${style.newline}${style.indentUnit}` : "";
    const keys = Object.keys(notebook).filter((key) => notebook[key] !== undefined);
    if (style.sortKeys) keys.sort(compareKeys);
    for (const [position, key] of keys.entries()) {
      const comma = isOnLines ? `,${lead}` : style.inlineComma;
      yield (position === 0 ? `{${lead}` : comma) + quote(key, style) + style.colon;
      if (key === "cells") yield* this.freshCells(notebook, style.indentUnit);
      else yield printFresh(style, asJson(notebook)[key] ?? null, "plain", style.indentUnit);
    }
    const end = this.origin === undefined ? style.newline : trailingSpace(this.origin.text);
    yield `${isOnLines ? style.newline : ""}}${end}`;
  }

  private *freshCells(notebook: Notebook, indent: string | null): Generator<string | CellText> {
    const { style } = this;
    const isOnLines = indent !== null && style.indentUnit !== null;
    const inner = isOnLines ? indent + style.indentUnit : null;
    const lead = isOnLines ? `${style.newline}${inner}` : "";
    let before = `[${lead}`;
    for (const { text } of this.cells.print(notebook, inner)) {
      yield before;
      yield text;
      before = isOnLines ? `,${lead}` : style.inlineComma;
    }
    if (notebook.cells.length === 0) yield "[]";
    else yield isOnLines ? `${style.newline}${indent}]` : "]";
  }
}

function isAsUpgraded(notebook: Notebook, upgradedJson: string): boolean {
  return jsonEqual(asJson(notebook), JSON.parse(upgradedJson) as JsonValue);
}

function trailingSpace(text: string): string {
  return text.slice(text.trimEnd().length);
}

function asJson(notebook: Notebook): JsonObject {
  return notebook as unknown as JsonObject;
}
