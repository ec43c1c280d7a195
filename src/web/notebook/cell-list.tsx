import { useCellIds } from "../session/hooks.ts";
import styles from "./cell-list.module.css";
import { CellView } from "./cell-view.tsx";
import { InsertLine } from "./insert-line.tsx";

/** All cells in the document's order. Each looks after itself; this list is drawn again only when the order changes. */
export function CellList() {
  const ids = useCellIds();
  return (
    <div className={styles.list}>
      <InsertLine after={null} />
      {ids.map((id, index) => (
        <div key={id}>
          <CellView id={id} position={index + 1} count={ids.length} />
          <InsertLine after={id} />
        </div>
      ))}
    </div>
  );
}
