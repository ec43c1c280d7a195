/** A CodeMirror editor on a shared text, with Jupyter's keys. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentLess, indentMore, toggleComment } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import type { CellId } from "../../util/ids.ts";
import { splitCell } from "../notebook/cell-actions.ts";
import { bindings } from "../notebook/commands.ts";
import type { NotebookController } from "../notebook/controller.ts";
import { chordOf } from "../notebook/keymap.ts";
import { codeHighlighter } from "./code-grammar.ts";
import { editorTheme } from "./editor-theme.ts";
import { completeOrIndent, kernelCompletions } from "./kernel-completions.ts";
import { inspection, inspectOrDedent } from "./kernel-inspection.ts";
import { remoteCursors } from "./remote-cursors.ts";
import { wrapsLines } from "./static-code.tsx";

interface EditorOptions {
  readonly page: NotebookController;
  readonly id: CellId;
  readonly text: Y.Text;
  readonly language: string;
  readonly label: string;
  readonly parent: HTMLElement;
}

/** What was typed can be taken back also after the editor was left and entered again. */
const undoManagers = new WeakMap<Y.Text, Y.UndoManager>();

function undoManagerOf(text: Y.Text): Y.UndoManager {
  const known = undoManagers.get(text);
  if (known) return known;
  // Only what an editor binding typed (it adds itself as an origin): never the edits of others, nor of a run.
  const made = new Y.UndoManager(text, { trackedOrigins: new Set() });
  undoManagers.set(text, made);
  return made;
}

export function createEditor(options: EditorOptions): EditorView {
  const { page, id, text, language, label, parent } = options;
  const grammar = new Compartment();
  const readOnly = !page.canEdit;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text.toString(),
      extensions: [
        Prec.highest(notebookKeys(page, id)),
        yCollab(text, null, { undoManager: undoManagerOf(text) }),
        remoteCursors(page.model.channel.awareness, text),
        grammar.of(language === "python" ? python() : []),
        syntaxHighlighting(codeHighlighter),
        EditorState.readOnly.of(readOnly),
        EditorView.editable.of(!readOnly),
        wrapsLines(language) ? EditorView.lineWrapping : [],
        // It is reached by Tab by itself; said in so many words, those who check the page see it, too.
        EditorView.contentAttributes.of({
          tabindex: "0",
          "aria-label": label,
          spellcheck: String(language === "markdown"),
        }),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        indentOnInput(),
        bracketMatching(),
        language === "markdown" ? [] : closeBrackets(),
        language === "markdown" || language === "raw" ? [] : kernelHelp(page),
        keymap.of([
          ...closeBracketsKeymap,
          ...yUndoManagerKeymap,
          ...completionKeymap,
          ...editorKeys,
          ...defaultKeymap,
        ]),
        editorTheme,
      ],
    }),
  });
  if (language === "markdown") {
    void import("@codemirror/lang-markdown").then(({ markdown }) => {
      view.dispatch({ effects: grammar.reconfigure(markdown()) });
    });
  }
  return view;
}

const editorKeys: readonly KeyBinding[] = [
  { key: "Mod-/", run: toggleComment },
  { key: "Mod-]", run: indentMore },
  { key: "Mod-[", run: indentLess },
  { key: "Tab", run: indentMore, shift: indentLess },
];

function kernelHelp(page: NotebookController): Extension {
  return [
    autocompletion({
      override: [kernelCompletions(page.model)],
      activateOnTyping: false,
      interactionDelay: 0,
      icons: false,
    }),
    inspection,
    Prec.high(keymap.of([{ key: "Tab", run: completeOrIndent, shift: inspectOrDedent(page.model) }])),
  ];
}

/** The commands of edit mode, and leaving a cell at its first and last line. */
function notebookKeys(page: NotebookController, id: CellId): Extension {
  const commands = bindings("edit");
  return EditorView.domEventHandlers({
    keydown: (event, view) => {
      if (event.isComposing) return false;
      const chord = chordOf(event);
      // An open list or hint takes Esc first.
      if (chord === "Escape" && view.dom.querySelector(".cm-tooltip")) return false;
      if (chord === "Ctrl+Shift+_" || chord === "Ctrl+Shift+-") {
        splitCell(page, id, view.state.selection.main.head);
        event.preventDefault();
        return true;
      }
      if (leavesCell(page, view, chord)) {
        event.preventDefault();
        return true;
      }
      const command = commands.get(chord);
      if (!command) return false;
      event.preventDefault();
      // The page listens as well; one press is one command.
      event.stopPropagation();
      if (command.possible?.(page) ?? true) command.run(page);
      return true;
    },
  });
}

function leavesCell(page: NotebookController, view: EditorView, chord: string): boolean {
  const { main, ranges } = view.state.selection;
  if (!main.empty || ranges.length > 1 || view.dom.querySelector(".cm-tooltip-autocomplete")) return false;
  const ids = page.ids();
  const { active } = page.ui.get();
  const at = active === null ? -1 : ids.indexOf(active);
  const line = view.state.doc.lineAt(main.head);
  if (chord === "ArrowUp" && line.number === 1 && at > 0 && isEdgeRow(view, "up")) {
    page.move(-1, { mode: "edit", cursor: "end" });
    return true;
  }
  if (
    chord === "ArrowDown" &&
    line.number === view.state.doc.lines &&
    at < ids.length - 1 &&
    isEdgeRow(view, "down")
  ) {
    page.move(1, { mode: "edit", cursor: "start" });
    return true;
  }
  return false;
}

/** A long line is wrapped into rows; only the outermost one leads out of the cell. */
function isEdgeRow(view: EditorView, direction: "up" | "down"): boolean {
  const { main } = view.state.selection;
  const moved = view.moveVertically(main, direction === "down");
  const here = view.coordsAtPos(main.head);
  const there = view.coordsAtPos(moved.head);
  return !here || !there || Math.abs(here.top - there.top) < 4;
}
