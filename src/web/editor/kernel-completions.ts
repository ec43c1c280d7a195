import { type CompletionContext, type CompletionResult, startCompletion } from "@codemirror/autocomplete";
import { indentMore } from "@codemirror/commands";
import type { EditorView } from "@codemirror/view";
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { toCodePoints, toUnits } from "./code-points.ts";
import { nearestFirst, wordsLike } from "./notebook-words.ts";

/** A kernel that has not answered by then is not waited for: its first completion loads much. */
const PATIENCE_MS = 4000;
const LATE = { ok: false, code: "late" } as const;

/** Completions from the kernel, also while it is busy where it has subshells; else from the notebook's words. */
export function kernelCompletions(model: NotebookModel, cell: CellId) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const refusal = refusalOf(model);
    if (refusal !== null) return wordCompletions(model, cell, context, refusal);
    const code = context.state.doc.toString();
    const answer = await Promise.race([
      model.requests.complete(code, toCodePoints(code, context.pos)),
      new Promise<typeof LATE>((resolve) => setTimeout(() => resolve(LATE), PATIENCE_MS)),
    ]);
    if (!answer.ok) return wordCompletions(model, cell, context, reasonOf(answer.code));
    if (answer.value.matches.length === 0) return null;
    const { matches, cursorStart, cursorEnd, metadata } = answer.value;
    const types = typesOf(metadata._jupyter_types_experimental);
    return {
      from: toUnits(code, cursorStart),
      to: toUnits(code, cursorEnd),
      options: matches.map((label, index) => ({
        label,
        ...(types.has(label) ? { detail: types.get(label) ?? "" } : {}),
        // The kernel's order is by likelihood; keep it.
        boost: -Math.min(index, 98),
      })),
      validFor: /^\w*$/,
    };
  };
}

function refusalOf(model: NotebookModel): string | null {
  const { rights, kernel, connection } = model.state.get();
  if (!rights.execute) return "you may not use the kernel";
  if (connection !== "online") return "there is no connection";
  return kernel.state === "none" || kernel.state === "dead" ? "no kernel runs" : null;
}

function reasonOf(code: string): string {
  return code === "kernel-busy" ? "the kernel is busy" : "the kernel does not answer";
}

/** @param reason why the kernel is not asked, in a few words. */
function wordCompletions(
  model: NotebookModel,
  cell: CellId,
  context: CompletionContext,
  reason: string,
): CompletionResult | null {
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
  if (!word) return null;
  const ids = model.cellIds();
  const sources = function* (): Generator<string> {
    for (const id of nearestFirst(ids, ids.indexOf(cell))) yield model.cell(id)?.source ?? "";
  };
  const section = { name: `Words of this notebook: ${reason}` };
  const options = wordsLike(word.text, sources()).map((label, index) => ({
    label,
    section,
    boost: -Math.min(index, 98),
  }));
  return options.length === 0 ? null : { from: word.from, options, validFor: /^[\p{L}\p{N}_]*$/u };
}

function typesOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  if (!Array.isArray(value)) return types;
  for (const entry of value) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) continue;
    if (typeof entry.text === "string" && typeof entry.type === "string" && !entry.type.startsWith("<")) {
      types.set(entry.text, entry.type);
    }
  }
  return types;
}

/** Tab completes behind a name or a dot, and indents elsewhere. */
export function completeOrIndent(view: EditorView): boolean {
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.head);
  const before = line.text.slice(0, main.head - line.from);
  if (!main.empty || !/[\w.%!"'/]$/.test(before)) return indentAtCursor(view);
  return startCompletion(view);
}

function indentAtCursor(view: EditorView): boolean {
  const { main } = view.state.selection;
  if (!main.empty) return indentMore(view);
  const line = view.state.doc.lineAt(main.head);
  const column = main.head - line.from;
  view.dispatch(view.state.replaceSelection(" ".repeat(4 - (column % 4))));
  return true;
}
