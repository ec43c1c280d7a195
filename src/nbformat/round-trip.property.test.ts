/** Random notebooks in random styles of writing: what was read is given back, and one edit stays in its own lines. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { JsonObject, JsonValue } from "../util/json.ts";
import { originOf } from "./file-origin.ts";
import type { Cell, Notebook, Output } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";
import { NotebookWriter, serialiseNotebook } from "./serialise.ts";

// Hundreds of notebooks each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc
    .array(fc.constantFrom("a = 1", "", "é 数", "\t\\", '"q"', "\u2028", "\r", "b\f"), { maxLength: 5 })
    .map((lines) => lines.join("\n")),
);
const key = fc.oneof(
  fc.constantFrom("tags", "name", "a", "Z", "10", "2", "é", "__proto__"),
  fc.string({ maxLength: 4 }),
);
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, -2.5, 1e21, 1e-7),
    text,
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(key, tie("value")), { maxLength: 3 })
      .map((entries): JsonValue => Object.fromEntries(entries)),
  ),
})).value;
const object = fc
  .array(fc.tuple(key, json), { maxLength: 3 })
  .map((entries): JsonObject => Object.fromEntries(entries));
const bundle = fc.record(
  { "text/plain": text, "image/svg+xml": text, "image/png": fc.base64String(), "application/json": json },
  { requiredKeys: [] },
);
const output: fc.Arbitrary<Output> = fc.oneof(
  fc.record({ output_type: fc.constant("stream" as const), name: fc.constantFrom("stdout", "stderr"), text }),
  fc.record({ output_type: fc.constant("display_data" as const), data: bundle, metadata: object }),
  fc.record({
    output_type: fc.constant("execute_result" as const),
    execution_count: fc.option(fc.nat()),
    data: bundle,
    metadata: object,
  }),
  fc.record({
    output_type: fc.constant("error" as const),
    ename: text,
    evalue: text,
    traceback: fc.array(text, { maxLength: 2 }),
  }),
);
const cellContent = fc.oneof(
  fc.record({
    cell_type: fc.constant("code" as const),
    metadata: object,
    source: text,
    execution_count: fc.option(fc.nat()),
    outputs: fc.array(output, { maxLength: 3 }),
  }),
  fc.record(
    {
      cell_type: fc.constantFrom("markdown" as const, "raw" as const),
      metadata: object,
      source: text,
      attachments: fc.dictionary(fc.string({ maxLength: 3 }), bundle, { maxKeys: 2, noNullPrototype: true }),
    },
    { requiredKeys: ["cell_type", "metadata", "source"] },
  ),
);
const notebook: fc.Arbitrary<Notebook> = fc
  .record({
    minor: fc.constantFrom(0, 4, 5),
    metadata: object,
    contents: fc.array(cellContent, { maxLength: 6 }),
  })
  .map(({ minor, metadata, contents }) => ({
    nbformat: 4,
    nbformat_minor: minor,
    metadata,
    cells: contents.map((cell, index) => (minor === 5 ? { ...cell, id: `id-${index}` } : cell) as Cell),
  }));

interface Style {
  readonly unit: string | null;
  readonly newline: string;
  readonly colon: string;
  readonly comma: string;
  readonly ascii: boolean;
  readonly order: "sorted" | "reversed" | "as-is";
  readonly lines: boolean;
  readonly end: string;
  readonly emptyGap: string;
}

const style: fc.Arbitrary<Style> = fc.record({
  unit: fc.constantFrom(" ", "  ", "\t", "    ", "", null),
  newline: fc.constantFrom("\n", "\r\n"),
  colon: fc.constantFrom(":", ": ", " : "),
  comma: fc.constantFrom(",", ", "),
  ascii: fc.boolean(),
  order: fc.constantFrom("sorted" as const, "reversed" as const, "as-is" as const),
  lines: fc.boolean(),
  end: fc.constantFrom("", "\n", "\r\n\n"),
  emptyGap: fc.constantFrom("", " "),
});

/** An independent writer: JSON in any style, with texts as strings or lists. */
function write(value: JsonValue, how: Style, indent = "", isText = false): string {
  const quote = (one: string): string => {
    const literal = JSON.stringify(one);
    return how.ascii
      ? literal.replace(
          /[^ -~]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
        )
      : literal;
  };
  if (typeof value === "string" && isText && how.lines)
    return write(value === "" ? [] : value.split(/(?<=\n)/), how, indent);
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = indent + (how.unit ?? "");
  const [open, gap, close] =
    how.unit === null
      ? ["", how.comma, ""]
      : [how.newline + inner, `,${how.newline}${inner}`, how.newline + indent];
  if (Array.isArray(value)) {
    if (value.length === 0) return `[${how.emptyGap}]`;
    return `[${open}${value.map((item) => write(item, how, inner)).join(gap)}${close}]`;
  }
  const keys = Object.keys(value);
  if (how.order === "sorted") keys.sort();
  if (how.order === "reversed") keys.reverse();
  if (keys.length === 0) return `{${how.emptyGap}}`;
  const members = keys.map((name) => {
    const isTextMember =
      ["source", "text", "text/plain", "image/svg+xml"].includes(name) && typeof value[name] === "string";
    return quote(name) + how.colon + write(value[name] ?? null, how, inner, isTextMember);
  });
  return `{${open}${members.join(gap)}${close}}`;
}

const fileOf = (model: Notebook, how: Style): string => write(model as unknown as JsonValue, how) + how.end;

const read = (file: string) => parseNotebook(file, "random.ipynb");

describe("random notebooks in random styles", () => {
  it("are read as what they are", () => {
    fc.assert(
      fc.property(notebook, style, (model, how) => {
        expect(read(fileOf(model, how)).notebook).toEqual(model);
      }),
    );
  });

  it("are given back byte for byte", () => {
    fc.assert(
      fc.property(notebook, style, (model, how) => {
        const file = fileOf(model, how);
        const parsed = read(file);
        expect(serialiseNotebook(structuredClone(parsed.notebook), parsed.origin)).toBe(file);
      }),
      { numRuns: 300 },
    );
  });

  it("change within one cell when one cell changes", () => {
    const change = fc.record({ source: text, metadata: object }, { requiredKeys: [] });
    fc.assert(
      fc.property(notebook, style, fc.nat(), change, (model, how, pick, changed) => {
        fc.pre(model.cells.length > 0);
        const file = fileOf(model, how);
        const { notebook: before, origin } = read(file);
        const index = pick % before.cells.length;
        const after = {
          ...before,
          cells: before.cells.with(index, { ...before.cells[index], ...changed } as Cell),
        };
        const written = serialiseNotebook(after, origin);
        const slot = originOf(origin).slots[index];
        expect(written.startsWith(file.slice(0, slot?.start))).toBe(true);
        expect(written.endsWith(file.slice(slot?.end))).toBe(true);
        expect(read(written).notebook).toEqual(after);
      }),
      { numRuns: 300 },
    );
  });

  it("keep the outputs' writing when the source changes", () => {
    fc.assert(
      fc.property(notebook, style, fc.nat(), text, (model, how, pick, source) => {
        const codeCells = model.cells.flatMap((cell, index) => (cell.cell_type === "code" ? [index] : []));
        fc.pre(codeCells.length > 0);
        const index = codeCells[pick % codeCells.length] ?? 0;
        const file = fileOf(model, how);
        const { notebook: before, origin } = read(file);
        const after = {
          ...before,
          cells: before.cells.with(index, { ...before.cells[index], source } as Cell),
        };
        const rawOutputs = (written: string): string => {
          const cell = originOf(read(written).origin).slots[index];
          const slice = written.slice(cell?.start, cell?.end);
          const from = slice.indexOf('"outputs"');
          return slice.slice(from, from + outputsLength(slice.slice(from)));
        };
        expect(rawOutputs(serialiseNotebook(after, origin))).toBe(rawOutputs(file));
      }),
    );
  });

  it("are written so that they are read back, after any changes, and then need no writing", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant("edit" as const), at: fc.nat(), source: text }),
        fc.record({ type: fc.constant("delete" as const), at: fc.nat() }),
        fc.record({ type: fc.constant("insert" as const), at: fc.nat(), content: cellContent }),
        fc.record({ type: fc.constant("move" as const), at: fc.nat(), to: fc.nat() }),
        fc.record({
          type: fc.constant("outputs" as const),
          at: fc.nat(),
          outputs: fc.array(output, { maxLength: 3 }),
        }),
        fc.record({ type: fc.constant("metadata" as const), metadata: object }),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(notebook, style, steps, (model, how, changes) => {
        const { notebook: start, origin } = read(fileOf(model, how));
        const writer = new NotebookWriter(origin);
        let current = start;
        let made = 0;
        for (const step of changes) {
          const { cells } = current;
          const at = cells.length === 0 ? 0 : "at" in step ? step.at % cells.length : 0;
          const cell = cells[at];
          if (step.type === "metadata") current = { ...current, metadata: step.metadata };
          else if (step.type === "insert") {
            made += 1;
            const ids = current.nbformat_minor === 5 ? { id: `new-${made}` } : {};
            current = { ...current, cells: cells.toSpliced(at, 0, { ...step.content, ...ids } as Cell) };
          } else if (cell === undefined) continue;
          else if (step.type === "edit")
            current = { ...current, cells: cells.with(at, { ...cell, source: step.source }) };
          else if (step.type === "delete") current = { ...current, cells: cells.toSpliced(at, 1) };
          else if (step.type === "move")
            current = {
              ...current,
              cells: cells.toSpliced(at, 1).toSpliced(step.to % cells.length, 0, cell),
            };
          else if (cell.cell_type === "code")
            current = { ...current, cells: cells.with(at, { ...cell, outputs: step.outputs }) };
          const written = writer.write(current);
          const again = read(written);
          expect(again.notebook).toEqual(current);
          // Without ids one look at the end result may pair cells otherwise than a look after each step.
          if (current.nbformat_minor === 5) expect(serialiseNotebook(current, origin)).toBe(written);
          expect(serialiseNotebook(again.notebook, again.origin)).toBe(written);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("get Jupyter's style when they are new, and keep it", () => {
    fc.assert(
      fc.property(notebook, (model) => {
        const file = serialiseNotebook(model);
        const { notebook: again, origin } = read(file);
        expect(again).toEqual(model);
        expect(serialiseNotebook(again, origin)).toBe(file);
      }),
    );
  });
});

/** The length of `"outputs": [...]` at the start of `slice`. */
function outputsLength(slice: string): number {
  let depth = 0;
  let isInString = false;
  for (let at = slice.indexOf("["); at < slice.length; at += 1) {
    const character = slice.charAt(at);
    if (isInString) {
      if (character === "\\") at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return slice.length;
}
