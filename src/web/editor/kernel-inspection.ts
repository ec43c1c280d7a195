import { indentLess } from "@codemirror/commands";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import { inspectedText } from "../inspection/inspected.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { toCodePoints } from "./code-points.ts";

const show = StateEffect.define<Tooltip | null>();

const tooltip = StateField.define<Tooltip | null>({
  create: () => null,
  update: (current, transaction) => {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : current;
  },
  provide: (field) => showTooltip.from(field),
});

/** What the kernel knows of the name at the cursor, in a hint under it. Esc or moving on closes it. */
export const inspection: Extension = [
  tooltip,
  keymap.of([
    {
      key: "Escape",
      run: (view) => {
        if (view.state.field(tooltip) === null) return false;
        view.dispatch({ effects: show.of(null) });
        return true;
      },
    },
  ]),
  EditorView.domEventHandlers({
    blur: (_event, view) => {
      if (view.state.field(tooltip) !== null) view.dispatch({ effects: show.of(null) });
    },
  }),
];

/** Shift-Tab: asks about the name at the cursor; at the beginning of a line it takes indentation away. */
export function inspectOrDedent(model: NotebookModel) {
  return (view: EditorView): boolean => {
    const { main } = view.state.selection;
    const line = view.state.doc.lineAt(main.head);
    if (!main.empty || line.text.slice(0, main.head - line.from).trim() === "") return indentLess(view);
    void inspectAt(model, view, main.head);
    return true;
  };
}

async function inspectAt(model: NotebookModel, view: EditorView, at: number): Promise<void> {
  const code = view.state.doc.toString();
  if (!model.state.get().rights.execute) return;
  const answer = await model.requests.inspect(code, toCodePoints(code, at));
  if (!view.dom.isConnected || view.state.selection.main.head !== at) return;
  const text = inspectedText(answer);
  view.dispatch({ effects: show.of({ pos: at, above: false, create: () => ({ dom: hint(text) }) }) });
}

function hint(text: string): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-inspection";
  dom.setAttribute("role", "status");
  dom.textContent = text;
  return dom;
}
