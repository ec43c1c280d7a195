/** Where others type in this text: a caret with a name, and what they have selected. */
import { type Extension, type Range, StateEffect } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

const moved = StateEffect.define<null>();

class Caret extends WidgetType {
  readonly name: string;
  readonly kind: string;

  constructor(name: string, kind: string) {
    super();
    this.name = name;
    this.kind = kind;
  }

  override eq(other: Caret): boolean {
    return other.name === this.name && other.kind === this.kind;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `cm-remote-caret ${this.kind}`;
    caret.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.textContent = this.name;
    caret.append(name);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

export function remoteCursors(awareness: Awareness, text: Y.Text): Extension {
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      private readonly view: EditorView;

      constructor(view: EditorView) {
        this.view = view;
        this.decorations = draw(awareness, text, view);
        awareness.on("change", this.onAwareness);
      }

      update(update: ViewUpdate): void {
        if (update.selectionSet || update.focusChanged || update.docChanged) this.tell(update.view);
        const told = update.transactions.some((transaction) =>
          transaction.effects.some((effect) => effect.is(moved)),
        );
        if (told || update.docChanged) this.decorations = draw(awareness, text, update.view);
      }

      destroy(): void {
        awareness.off("change", this.onAwareness);
        awareness.setLocalStateField("cursor", null);
      }

      private tell(view: EditorView): void {
        if (awareness.getLocalState() === null) return;
        const { anchor, head } = view.state.selection.main;
        const at = (index: number) =>
          Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length));
        awareness.setLocalStateField("cursor", view.hasFocus ? { anchor: at(anchor), head: at(head) } : null);
      }

      private readonly onAwareness = (_changes: unknown, origin: unknown): void => {
        if (origin !== "local")
          queueMicrotask(() => this.view.dom.isConnected && this.view.dispatch({ effects: moved.of(null) }));
      };
    },
    { decorations: (value) => value.decorations },
  );
  return plugin;
}

function draw(awareness: Awareness, text: Y.Text, view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const length = view.state.doc.length;
  for (const [clientId, state] of awareness.getStates()) {
    if (clientId === awareness.clientID) continue;
    const anchor = resolve(state.cursor?.anchor, text);
    const head = resolve(state.cursor?.head, text);
    if (anchor === null || head === null || anchor > length || head > length) continue;
    const party = state.party as { displayName?: unknown; kind?: unknown } | undefined;
    const name = String(
      party?.displayName ?? state.user?.display_name ?? state.user?.name ?? "Somebody",
    ).slice(0, 40);
    const kind = party?.kind === "pipeline" ? "pipeline" : "person";
    if (anchor !== head) {
      const selection = Decoration.mark({ class: "cm-remote-selection" });
      ranges.push(selection.range(Math.min(anchor, head), Math.max(anchor, head)));
    }
    ranges.push(Decoration.widget({ widget: new Caret(name, kind), side: 1 }).range(head));
  }
  return Decoration.set(ranges, true);
}

/** A position in this very text, or null: others may be in another cell, and their state is not to be trusted. */
function resolve(json: unknown, text: Y.Text): number | null {
  if (typeof json !== "object" || json === null || !text.doc) return null;
  try {
    const position = Y.createAbsolutePositionFromRelativePosition(
      Y.createRelativePositionFromJSON(json),
      text.doc,
    );
    return position?.type === text ? position.index : null;
  } catch {
    return null;
  }
}
