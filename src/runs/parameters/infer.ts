/** The parameters that a notebook declares, read from the source of its cells tagged `parameters`. */
import { type CellType, type JsonObject, type JsonValue, tagsOf } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import type { ParameterSpec, ParameterType } from "../parameters.ts";
import { TAGS } from "../tags.ts";
import { readHelp } from "./help-comment.ts";
import { findLanguage } from "./languages/all.ts";
import type { Assignment, ParameterLanguage } from "./languages/language.ts";
import { pythonType } from "./python-type.ts";

/** What is read of a cell. */
export interface DeclaringCell {
  readonly id: CellId;
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
}

/** In the order of the notebook; of a name that is assigned twice, the later. Empty for a language that we do not read. */
export function inferParameters(
  cells: Iterable<DeclaringCell>,
  kernel: { readonly kernelName: string | null; readonly language: string | null },
): readonly ParameterSpec[] {
  const language = findLanguage(kernel.kernelName, kernel.language);
  if (language === null) return [];
  const found = new Map<string, ParameterSpec>();
  for (const cell of cells) {
    if (cell.cellType !== "code" || !tagsOf(cell).includes(TAGS.parameters)) continue;
    for (const assignment of language.assignments(cell.source)) {
      found.set(assignment.name, specOf(assignment, cell.id, language));
    }
  }
  return [...found.values()];
}

function specOf(assignment: Assignment, cellId: CellId, language: ParameterLanguage): ParameterSpec {
  const { name, declaredType, valueSource } = assignment;
  const defaultValue = language.literal(valueSource);
  const annotated = declaredType === null ? null : (language.typeOf?.(declaredType) ?? null);
  const type = annotated ?? typeOfValue(defaultValue, valueSource);
  const help = readHelp(assignment.comment, type);
  const literalChoices = declaredType === null ? null : pythonType(declaredType).choices;
  return {
    name,
    type,
    declaredType,
    defaultValue,
    defaultSource: valueSource,
    help: help.text,
    range: help.range,
    choices: literalChoices ?? help.choices,
    cellId,
  };
}

function typeOfValue(value: JsonValue | undefined, source: string): ParameterType {
  if (value === undefined) return /^-?float\(/.test(source) ? "float" : "unknown";
  if (value === null) return "none";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "dict";
  return /^[-+]?0[xX]/.test(source) || !/[.eE]/.test(source) ? "int" : "float";
}
