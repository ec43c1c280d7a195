import { useEffect } from "react";
import { bindings, type Command } from "./commands.ts";
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
      if (typing && target.closest("dialog, [role=menu]")) return;
      const isCharacter = isCharacterKey(chord);
      // In a form only what cannot be meant for the field: Ctrl+s, the palette.
      if (typing && !/^Ctrl\+(?:s|Shift\+C)$/.test(chord)) return;
      if (isCharacter && !singleKeysStore.get()) return;
      if (target?.closest(INTERACTIVE) && /^(?:Enter|Space|Arrow|Home|End)/.test(chord)) return;
      if (hasTextSelection() && (chord === "Ctrl+c" || chord === "c")) return;
      const keys = page.ui.get().mode === "edit" && typing ? edit : command;
      const found = keys.press(chord);
      if (found === null) return;
      if (found === "pending") return;
      if (!(found.possible?.(page) ?? true)) return;
      event.preventDefault();
      found.run(page);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [page]);
}

function hasTextSelection(): boolean {
  return window.getSelection()?.type === "Range";
}
