/** A CodeMirror editor on a shared text, with Jupyter's keys. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, searchPanelOpen } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { crosshairCursor, drawSelection, EditorView, keymap, rectangularSelection } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import { textChanges } from "../../document/text-diff.ts";
import type { CellId } from "../../util/ids.ts";
import { bindings } from "../notebook/commands.ts";
import type { EditorHands, NotebookController } from "../notebook/controller.ts";
import { chordOf } from "../notebook/keymap.ts";
import { splitCell } from "../notebook/rearrange-cells.ts";
import { cellSearch } from "./cell-search.ts";
import { codeHighlighter } from "./code-grammar.ts";
import { editorKeymap } from "./editor-commands.ts";
import { editorTheme } from "./editor-theme.ts";
import { indentGuides, plainColours, viewChoices } from "./editor-view.ts";
import { completeOrIndent, kernelCompletions } from "./kernel-completions.ts";
import { inspection, inspectOrDedent } from "./kernel-inspection.ts";
import { remoteCursors } from "./remote-cursors.ts";
import { signatureHelp } from "./signature-help.ts";

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
        Prec.highest(notebookKeys(page)),
        yCollab(text, null, { undoManager: undoManagerOf(text) }),
        remoteCursors(page.model.channel.awareness, text),
        grammar.of(grammarOf(language)),
        syntaxHighlighting(codeHighlighter),
        EditorState.readOnly.of(readOnly),
        EditorView.editable.of(!readOnly),
        viewChoices(id, language),
        severalCursors,
        highlightSelectionMatches({ minSelectionLength: 2, maxMatches: 200 }),
        cellSearch,
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
        language === "markdown" || language === "raw" ? [] : [indentGuides, kernelHelp(page, id)],
        keymap.of([
          ...closeBracketsKeymap,
          ...yUndoManagerKeymap,
          ...completionKeymap,
          ...editorKeymap,
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

/** Languages whose grammar the page does not have look as they do when they are read. */
function grammarOf(language: string): Extension {
  if (language === "python") return python();
  if (language === "markdown" || language === "raw") return [];
  const line = SLASH_COMMENTS.test(language) ? "//" : "#";
  return [plainColours(language), EditorState.languageData.of(() => [{ commentTokens: { line } }])];
}

const SLASH_COMMENTS =
  /^(?:scala|javascript|typescript|java|c|cpp|c\+\+|rust|go|kotlin|swift|c#|csharp|fsharp)$/;

const severalCursors: Extension = [
  EditorState.allowMultipleSelections.of(true),
  // Drawn cursors take the handles away that a touch screen has.
  globalThis.matchMedia?.("(pointer: coarse)").matches ? [] : drawSelection(),
  EditorView.clickAddsSelectionRange.of((event) => event.ctrlKey || event.metaKey || event.altKey),
  rectangularSelection(),
  crosshairCursor(),
];

/** What commands of the notebook do to the text of this editor. */
export function handsOf(page: NotebookController, id: CellId, text: Y.Text, view: EditorView): EditorHands {
  return {
    cell: id,
    split: () => {
      const places = view.state.selection.ranges.flatMap(({ from, to }) => [from, to]);
      splitCell(page, id, places);
    },
    replace: (before, after) => {
      if (view.state.doc.toString() !== before) return false;
      const undo = undoManagerOf(text);
      undo.stopCapturing();
      view.dispatch({
        changes: textChanges(before, after).map(({ from, deleted, inserted }) => ({
          from,
          to: from + deleted,
          insert: inserted,
        })),
        userEvent: "input.format",
      });
      undo.stopCapturing();
      return true;
    },
    openSearch: () => void openSearchPanel(view),
  };
}

function kernelHelp(page: NotebookController, id: CellId): Extension {
  return [
    autocompletion({
      override: [kernelCompletions(page.model, id)],
      activateOnTyping: false,
      interactionDelay: 0,
      icons: false,
    }),
    inspection,
    EditorView.updateListener.of(({ state, docChanged, selectionSet, focusChanged }) => {
      if (docChanged || selectionSet || focusChanged)
        page.cursorAt.set({ code: () => state.doc.toString(), at: state.selection.main.head });
    }),
    signatureHelp(page.model),
    Prec.high(keymap.of([{ key: "Tab", run: completeOrIndent, shift: inspectOrDedent(page.model) }])),
  ];
}

/** The commands of edit mode, and leaving a cell at its first and last line. */
function notebookKeys(page: NotebookController): Extension {
  const commands = bindings("edit");
  return EditorView.domEventHandlers({
    keydown: (event, view) => {
      if (event.isComposing) return false;
      const chord = chordOf(event);
      // An open list or hint takes Esc first.
      if (chord === "Escape" && hasMoreToClose(view)) return false;
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

/** Hints, the search, several cursors: Esc takes them away one by one before it leaves the editor. */
function hasMoreToClose(view: EditorView): boolean {
  if (view.dom.querySelector(".cm-tooltip") !== null) return true;
  return view.state.selection.ranges.length > 1 || searchPanelOpen(view.state);
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
