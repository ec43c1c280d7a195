import { useMemo, useRef } from "react";
import { Button } from "../parts/button.tsx";
import { useCellIds, useSession } from "../session/hooks.ts";
import { insertCell } from "./cell-actions.ts";
import styles from "./cell-list.module.css";
import { CellView } from "./cell-view.tsx";
import { useShownIds } from "./folding/use-folding.ts";
import { InsertLine } from "./insert-line.tsx";
import { usePage, useUi } from "./page-context.ts";
import { useDrawnCells } from "./use-drawn-cells.ts";
import { useLooking } from "./use-looking.ts";

/**
 * The cells in the document's order, those near the window drawn. Each looks after itself; this list is drawn again
 * only when the order changes or others come near.
 */
export function CellList() {
  const ids = useCellIds();
  const shown = useShownIds();
  const places = useMemo(
    () => (shown === ids ? null : new Map(ids.map((id, index) => [id, index]))),
    [ids, shown],
  );
  const list = useRef<HTMLDivElement>(null);
  const active = useUi((ui) => ui.active);
  const revealed = useUi((ui) => ui.reveal?.id ?? null);
  const { parts, measure } = useDrawnCells(list, shown, [active, revealed]);
  useLooking(list, ids.length > 0);
  if (ids.length === 0) return <EmptyNotebook />;
  return (
    <>
      <InsertLine after={null} />
      <div ref={list} className={styles.list} data-cells={ids.length}>
        {parts.map((part) =>
          part.type === "gap" ? (
            <div key={part.key} style={{ height: part.height }} />
          ) : (
            <div key={part.id} ref={measure} data-drawn={part.id} className={styles.drawn}>
              <CellView id={part.id} position={(places?.get(part.id) ?? part.index) + 1} count={ids.length} />
              <InsertLine after={part.id} />
            </div>
          ),
        )}
      </div>
    </>
  );
}

function EmptyNotebook() {
  const page = usePage();
  const canEdit = useSession((state) => state.rights.edit);
  return (
    <div className={styles.empty}>
      <p>
        <strong>This notebook has no cells yet.</strong>
      </p>
      {canEdit && (
        <div className={styles.choices}>
          <Button look="go" keys="b" onClick={() => insertCell(page, null, "code", "edit")}>
            Write code
          </Button>
          <Button onClick={() => insertCell(page, null, "markdown", "edit")}>Write text</Button>
        </div>
      )}
    </div>
  );
}
