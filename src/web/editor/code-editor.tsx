import { useEffect, useRef } from "react";
import type * as Y from "yjs";
import type { CellId } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";
import styles from "./code-editor.module.css";
import { createEditor, handsOf } from "./create-editor.ts";

export interface CodeEditorProps {
  readonly page: NotebookController;
  readonly id: CellId;
  readonly text: Y.Text;
  readonly language: string;
  readonly label: string;
}

/** The editor of the one cell that is being edited. In a chunk of its own: a page that is only read never loads it. */
export function CodeEditor({ page, id, text, language, label }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const { cursor } = page.ui.get();
    const view = createEditor({ page, id, text, language, label, parent: place.current });
    const end = view.state.doc.length;
    if (typeof cursor === "object" && cursor !== null) view.scrollDOM.scrollLeft = cursor.scrolledBy;
    const at =
      cursor === "end"
        ? end
        : typeof cursor === "object" && cursor !== null
          ? (view.posAtCoords(cursor, false) ?? end)
          : 0;
    view.dispatch({ selection: { anchor: Math.min(at, end) } });
    if (page.typedAhead !== "") view.dispatch(view.state.replaceSelection(page.typedAhead));
    page.typedAhead = "";
    view.focus();
    const hands = handsOf(page, id, text, view);
    page.editor = hands;
    return () => {
      if (page.editor === hands) page.editor = null;
      view.destroy();
    };
  }, [page, id, text, language, label]);
  return <div ref={place} className={styles.editor} />;
}
