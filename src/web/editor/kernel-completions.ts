import { type CompletionContext, type CompletionResult, startCompletion } from "@codemirror/autocomplete";
import { indentMore } from "@codemirror/commands";
import type { EditorView } from "@codemirror/view";
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { toCodePoints, toUnits } from "./code-points.ts";

/** Completions from the kernel, also while it is busy where it has subshells. */
export function kernelCompletions(model: NotebookModel) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (!model.state.get().rights.execute) return null;
    const code = context.state.doc.toString();
    const answer = await model.requests.complete(code, toCodePoints(code, context.pos));
    if (!answer.ok || answer.value.matches.length === 0) return null;
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
