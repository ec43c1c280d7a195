import { useEffect } from "react";
import { loadClipboard } from "./cell-actions.ts";
import { bindings, type Command, perform } from "./commands.ts";
import type { NotebookController } from "./controller.ts";
import { chordOf, isCharacterKey, KeySequences } from "./keymap.ts";
import { usePage } from "./page-context.ts";
import { singleKeysStore } from "./single-keys.ts";

const TYPING = "input, textarea, select, [contenteditable=true], [role=textbox], dialog, [role=menu]";
const INTERACTIVE = "button, a, summary, [role=menuitem], [tabindex='0']:not([data-cell])";

/** Command mode's keys, wherever the focus is on the page, unless something there takes text. */
export function useNotebookKeys(): void {
  const page = usePage();
  useEffect(() => {
    const command = new KeySequences<Command>(bindings("command"));
    const edit = new KeySequences<Command>(bindings("edit"));
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      const chord = chordOf(event);
      const typing = target?.closest(TYPING) !== null && target !== null;
      // Also while a dialog is on its way: its Enter must not become a command.
      if (page.ui.get().dialog !== null || (typing && target.closest("dialog, [role=menu]"))) return;
      const isCharacter = isCharacterKey(chord);
      if (!typing && waitsForEditor(page)) {
        typeAhead(page, event, chord, edit);
        return;
      }
      // In a form only what cannot be meant for the field: Ctrl+s, the search, the palette, the contents.
      if (typing && !/^Ctrl\+(?:[fhps]|Shift\+[CKS])$/.test(chord)) return;
      if (isCharacter && !singleKeysStore.get()) return;
      if (target?.closest(INTERACTIVE) && /^(?:Enter|(?:Shift\+)?Space|Arrow|Home|End)/.test(chord)) return;
      if (hasTextSelection() && (chord === "Ctrl+c" || chord === "c")) return;
      // The browser's own paste brings what was copied without asking the reader for it.
      if (chord === "Ctrl+v") return;
      const found = command.press(chord);
      if (found === null || found === "pending") return;
      if (perform(page, found)) event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const { mode, dialog } = page.ui.get();
      if (event.defaultPrevented || target?.closest(TYPING) || mode !== "command" || dialog !== null) return;
      const { clipboardData: data } = event;
      if (data === null) return;
      event.preventDefault();
      const brought = { text: data.getData("text/plain"), html: data.getData("text/html") };
      void loadClipboard().then(({ pasteBrought }) => pasteBrought(page, brought));
    };
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("paste", onPaste);
    };
  }, [page]);
}

/** Enter was pressed, and the editor is not there yet. */
function waitsForEditor(page: NotebookController): boolean {
  return page.ui.get().mode === "edit" && document.querySelector("[data-notebook] .cm-content") === null;
}

/** Keys are text already: two quick d must not delete the cell. */
function typeAhead(
  page: NotebookController,
  event: KeyboardEvent,
  chord: string,
  edit: KeySequences<Command>,
): void {
  const found = edit.press(chord);
  if (found !== null && found !== "pending") {
    page.writeTypedAhead();
    found.run(page);
  } else if (chord === "Enter") page.typedAhead += "\n";
  else if (isCharacterKey(chord) || chord === "Space" || chord === "Shift+Space")
    page.typedAhead += event.key;
  else return;
  event.preventDefault();
}

function hasTextSelection(): boolean {
  return window.getSelection()?.type === "Range";
}
