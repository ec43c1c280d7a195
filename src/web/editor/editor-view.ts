/** How the code looks while it is edited: line numbers and wrapping as the reader has it, guides at indentation. */
import { Compartment, type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { Unsubscribe } from "../../util/emitter.ts";
import { tokenise } from "./plain-tokens.ts";
import { wrapsLines } from "./static-code.tsx";
import { oddLineNumbers, viewSettings } from "./view-settings.ts";

/** The reader's choice, also when it changes. */
export function viewChoices(cell: string, language: string): Extension {
  const place = new Compartment();
  const chosen = (): Extension => {
    const { lineNumbers: all, wrap } = viewSettings.get();
    return [
      wrap || wrapsLines(language) ? EditorView.lineWrapping : [],
      all !== oddLineNumbers.get().has(cell) ? lineNumbers() : [],
    ];
  };
  return [
    place.of(chosen()),
    ViewPlugin.define((view) => {
      const choose = (): void => view.dispatch({ effects: place.reconfigure(chosen()) });
      const subscriptions: Unsubscribe[] = [viewSettings.subscribe(choose), oddLineNumbers.subscribe(choose)];
      return {
        destroy: () => {
          for (const unsubscribe of subscriptions) unsubscribe();
        },
      };
    }),
  ];
}

const INDENT = 4;

/** A thin line at each step of indentation behind the first. */
export const indentGuides: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = guidesOf(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = guidesOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function guidesOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { doc } = view.state;
  const from = doc.lineAt(view.viewport.from).number;
  const to = doc.lineAt(view.viewport.to).number;
  let above = 0;
  for (let number = from; number <= to; number++) {
    const line = doc.line(number);
    const steps = line.text.trim() === "" ? above : Math.ceil(widthOf(line.text) / INDENT);
    above = steps;
    if (steps < 2) continue;
    const attributes = { class: "cm-indented", style: `--guides: ${steps - 1}` };
    builder.add(line.from, line.from, Decoration.line({ attributes }));
  }
  return builder.finish();
}

function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === "\t") width += INDENT - (width % INDENT);
    else if (character === " ") width += 1;
    else break;
  }
  return width;
}

/** Longer code is edited without colours. */
const MAX_COLOURED = 100_000;

/** The colours that code without a grammar has while it is read. */
export function plainColours(language: string): Extension {
  const coloursOf = (view: EditorView): DecorationSet => {
    const code = view.state.doc.toString();
    const builder = new RangeSetBuilder<Decoration>();
    let at = 0;
    for (const { text, className } of code.length > MAX_COLOURED ? [] : tokenise(code, language)) {
      if (className !== "") builder.add(at, at + text.length, Decoration.mark({ class: className }));
      at += text.length;
    }
    return builder.finish();
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = coloursOf(view);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = coloursOf(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}
