import { useMemo } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { StaticCode } from "../editor/static-code.tsx";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import type { MarkdownContext } from "../markdown/render.ts";
import { textOf } from "../outputs/mime.ts";
import { useModel } from "../session/hooks.ts";
import { useImageAddress } from "../session/use-image-address.ts";
import styles from "./cell-view.module.css";
import { EditableSource } from "./editable-source.tsx";
import { FoldedSection } from "./folding/fold-mark.tsx";
import { usePage } from "./page-context.ts";

/** Markdown as it reads; its source while it is edited. A double click edits, as a click follows its links. */
export function MarkdownCellBody({ cell, editing }: { cell: CellSnapshot; editing: boolean }) {
  const page = usePage();
  const context = useMarkdownContext(cell);
  if (editing) {
    return (
      <EditableSource cell={cell} editing language="markdown" className={styles.source ?? ""}>
        <StaticCode code={cell.source} language="markdown" />
      </EditableSource>
    );
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter on the cell does the same. */}
      <div
        className={styles.markdown}
        data-found-in="source"
        onDoubleClick={() => page.select(cell.id, { mode: "edit", cursor: "end" })}
      >
        {cell.source.trim() === "" ? (
          <p className={styles.empty}>Empty text. Enter writes in it.</p>
        ) : (
          <MarkdownView source={cell.source} context={context} />
        )}
      </div>
      <FoldedSection cell={cell} />
    </>
  );
}

export function RawCellBody({ cell, editing }: { cell: CellSnapshot; editing: boolean }) {
  return (
    <EditableSource cell={cell} editing={editing} language="raw" className={`${styles.source} ${styles.raw}`}>
      <StaticCode code={cell.source} language="raw" cell={cell.id} />
    </EditableSource>
  );
}

function useMarkdownContext(cell: CellSnapshot): MarkdownContext {
  const model = useModel();
  const addressOf = useImageAddress();
  return useMemo(() => {
    const full = model.live.toCell(cell.id);
    const attachments: Record<string, string> = {};
    if (full && full.cell_type !== "code") {
      for (const [name, bundle] of Object.entries(full.attachments ?? {})) {
        const mime = Object.keys(bundle).find((key) => /^image\/(?:png|jpe?g|gif|webp|svg\+xml)$/.test(key));
        if (mime !== undefined)
          attachments[name] = `data:${mime};base64,${textOf(bundle[mime]).replace(/\s/g, "")}`;
      }
    }
    return { attachments, addressOf };
  }, [model, cell, addressOf]);
}
