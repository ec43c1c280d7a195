import type { CellId } from "../../util/ids.ts";
import { PlusIcon } from "../parts/icons.tsx";
import { useSession } from "../session/hooks.ts";
import { insertCell } from "./cell-actions.ts";
import styles from "./insert-line.module.css";
import { usePage, useUi } from "./page-context.ts";

/**
 * The gap between two cells, where a new one can be put. Not on the way of the Tab key: a, b and the palette do the
 * same from every cell.
 */
export function InsertLine({ after }: { after: CellId | null }) {
  const page = usePage();
  const canEdit = useSession((state) => state.rights.edit);
  const nearby = useUi((ui) => ui.active === after && after !== null);
  if (!canEdit) return <div className={styles.gap} data-insert="" />;
  return (
    <div data-insert="" className={`${styles.gap} ${nearby ? styles.nearby : ""}`}>
      <div className={styles.choices}>
        <button type="button" tabIndex={-1} onClick={() => insertCell(page, after, "code", "edit")}>
          <PlusIcon />
          Code
        </button>
        <button type="button" tabIndex={-1} onClick={() => insertCell(page, after, "markdown", "edit")}>
          <PlusIcon />
          Markdown
        </button>
      </div>
    </div>
  );
}
