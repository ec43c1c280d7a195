/** What a call takes, over it, while its arguments are written. Asked of the kernel, also beside a cell that runs. */
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  keymap,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { NotebookModel } from "../session/notebook-model.ts";
import { stripAnsi } from "../text/ansi.ts";
import { type CallAt, callAt, markArgument, signatureIn } from "./call-at.ts";
import { toCodePoints } from "./code-points.ts";

interface Shown {
  readonly call: CallAt;
  readonly signature: string;
}

const show = StateEffect.define<Shown | null>();

const shown = StateField.define<Shown | null>({
  create: () => null,
  update: (current, transaction) => {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    if (current === null || (!transaction.docChanged && !transaction.selection)) return current;
    // It stays as long as the cursor is in the same call.
    const call = callOf(transaction.state);
    const open = transaction.changes.mapPos(current.call.open);
    return call !== null && call.open === open ? { ...current, call } : null;
  },
  provide: (field) => showTooltip.from(field, tooltipOf),
});

function callOf(state: EditorState): CallAt | null {
  const { main, ranges } = state.selection;
  return ranges.length > 1 ? null : callAt(state.doc.toString(), main.head);
}

function tooltipOf(value: Shown | null): Tooltip | null {
  if (value === null) return null;
  return { pos: value.call.open, above: true, create: () => ({ dom: drawn(value) }) };
}

function drawn({ call, signature }: Shown): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-inspection cm-signature";
  const [before, argument, after] = markArgument(signature, call);
  const strong = document.createElement("strong");
  strong.textContent = argument;
  dom.append(before, strong, after);
  return dom;
}

export function signatureHelp(model: NotebookModel): Extension {
  return [
    shown,
    ViewPlugin.define(() => ({
      update: (update: ViewUpdate) => {
        if (!beginsArgument(update) || update.state.field(shown) !== null) return;
        void ask(model, update.view);
      },
    })),
    keymap.of([
      { key: "Mod-Shift-Space", run: (view) => callOf(view.state) !== null && Boolean(ask(model, view)) },
      {
        key: "Escape",
        run: (view) => {
          if (view.state.field(shown) === null) return false;
          view.dispatch({ effects: show.of(null) });
          return true;
        },
      },
    ]),
  ];
}

/** A bracket or a comma was typed just now. */
function beginsArgument(update: ViewUpdate): boolean {
  if (!update.docChanged || !update.transactions.some((change) => change.isUserEvent("input.type")))
    return false;
  const { head } = update.state.selection.main;
  return /[(,]/.test(update.state.sliceDoc(head - 1, head));
}

/** Silent where the kernel cannot tell: nobody asked for a refusal. */
async function ask(model: NotebookModel, view: EditorView): Promise<void> {
  const { rights, kernel } = model.state.get();
  const call = callOf(view.state);
  if (call === null || !rights.execute || kernel.state === "none" || kernel.state === "dead") return;
  const code = view.state.doc.toString();
  const answer = await model.requests.inspect(code, toCodePoints(code, call.open));
  if (!answer.ok || !answer.value.found || !view.dom.isConnected) return;
  const signature = signatureIn(stripAnsi(String(answer.value.data["text/plain"] ?? "")));
  const now = callOf(view.state);
  if (signature !== null && now?.open === call.open)
    view.dispatch({ effects: show.of({ call: now, signature }) });
}
