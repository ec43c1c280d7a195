import { useEffect, useState } from "react";
import { Button } from "../parts/button.tsx";
import { useCellIds, useSession } from "../session/hooks.ts";
import { insertCell } from "./cell-actions.ts";
import styles from "./cell-list.module.css";
import { CellView } from "./cell-view.tsx";
import { InsertLine } from "./insert-line.tsx";
import { usePage, useUi } from "./page-context.ts";

/** Drawn at once: more than a screen holds. */
const FIRST = 30;
/** Drawn more in each pause of the page, so that a long notebook can be read and typed in from the start. */
const MORE = 60;

/** All cells in the document's order. Each looks after itself; this list is drawn again only when the order changes. */
export function CellList() {
  const ids = useCellIds();
  const wanted = useUi((ui) => ui.reveal?.id ?? null);
  const wantedAt = wanted === null ? -1 : ids.indexOf(wanted);
  const shown = useGrowingCount(ids.length, wantedAt + 1);
  if (ids.length === 0) return <EmptyNotebook />;
  return (
    <div className={styles.list}>
      <InsertLine after={null} />
      {ids.slice(0, shown).map((id, index) => (
        <div key={id}>
          <CellView id={id} position={index + 1} count={ids.length} />
          <InsertLine after={id} />
        </div>
      ))}
    </div>
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

/** Grows from `FIRST` to `total`, at once as far as `atLeast`. */
function useGrowingCount(total: number, atLeast: number): number {
  const [count, setCount] = useState(FIRST);
  useEffect(() => {
    if (count >= total) return;
    if (!window.requestIdleCallback) {
      const timer = setTimeout(() => setCount(count + MORE), 30);
      return () => clearTimeout(timer);
    }
    // The limit keeps a page growing that is never idle, as while a pipeline writes.
    const request = window.requestIdleCallback(() => setCount(count + MORE), { timeout: 200 });
    return () => window.cancelIdleCallback(request);
  }, [count, total]);
  return Math.min(total, Math.max(count, atLeast));
}
