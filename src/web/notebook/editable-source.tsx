import { lazy, type ReactNode, Suspense } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { useModel } from "../session/hooks.ts";
import { usePage } from "./page-context.ts";

export const loadEditor = () => import("../editor/code-editor.tsx");
const CodeEditor = lazy(async () => ({ default: (await loadEditor()).CodeEditor }));

interface EditableSourceProps {
  readonly cell: CellSnapshot;
  readonly editing: boolean;
  readonly language: string;
  readonly className: string;
  /** What is seen while nobody edits it here, and until the editor has come. */
  readonly children: ReactNode;
}

/** A source that becomes an editor where it is clicked. */
export function EditableSource({ cell, editing, language, className, children }: EditableSourceProps) {
  const page = usePage();
  const model = useModel();
  const text = editing ? model.live.sourceText(cell.id) : undefined;
  const label =
    cell.cellType === "code" ? "Code" : cell.cellType === "markdown" ? "Markdown source" : "Raw text";
  if (editing && text) {
    return (
      <div className={className} data-found-in="source">
        <Suspense fallback={children}>
          <CodeEditor page={page} id={cell.id} text={text} language={language} label={label} />
        </Suspense>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the cell does the same.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
    <div
      className={className}
      data-found-in="source"
      onClick={(event) => {
        if (event.shiftKey || event.ctrlKey || event.metaKey || !page.canEdit) return;
        // A click edits; a drag selects text to copy.
        if (window.getSelection()?.type === "Range") return;
        const scrolledBy = event.currentTarget.querySelector("pre")?.scrollLeft ?? 0;
        page.select(cell.id, { mode: "edit", cursor: { x: event.clientX, y: event.clientY, scrolledBy } });
      }}
    >
      {children}
    </div>
  );
}
