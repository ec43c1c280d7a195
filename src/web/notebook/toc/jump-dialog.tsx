import { useId, useMemo, useState } from "react";
import { Dialog } from "../../parts/dialog.tsx";
import { useModel } from "../../session/hooks.ts";
import { usePage } from "../page-context.ts";
import palette from "../palette-dialog.module.css";
import styles from "./jump-dialog.module.css";
import { type JumpTarget, jumpTargets } from "./jump-targets.ts";
import { land } from "./land.ts";

/** To any cell by what one knows of it (WAI-ARIA's combobox with a list). */
export function JumpDialog({ onClose }: { onClose: () => void }) {
  const page = usePage();
  const model = useModel();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const cells = useMemo(() => model.cellIds().flatMap((id) => model.cell(id) ?? []), [model]);
  const found = useMemo(() => jumpTargets(cells, query), [cells, query]);
  const chosen = found[Math.min(at, found.length - 1)];
  const go = (target: JumpTarget | undefined): void => {
    if (!target) return;
    onClose();
    void land(page, target.cellId, target.nth);
  };
  return (
    <Dialog title="Go to a cell" onClose={onClose}>
      <input
        data-autofocus=""
        className={palette.query}
        role="combobox"
        aria-label="Number, name, heading, tag or text of a cell"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={chosen ? `${listId}-${found.indexOf(chosen)}` : undefined}
        placeholder="Number, name, heading, tag or text"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Enter") go(chosen);
          else return;
          event.preventDefault();
        }}
      />
      <div id={listId} role="listbox" aria-label="Cells" className={palette.list}>
        {found.map((target, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys.
          <div
            key={`${target.cellId} ${target.nth}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={target === chosen}
            tabIndex={-1}
            className={`${palette.option} ${styles.option}`}
            ref={(element) => {
              if (target === chosen) element?.scrollIntoView({ block: "nearest" });
            }}
            onClick={() => go(target)}
          >
            <span className={target.by === "Heading" ? styles.heading : styles.source}>{target.text}</span>
            <span className={styles.by}>
              {target.by === `Cell ${target.position}` ? target.by : `${target.by} · cell ${target.position}`}
            </span>
          </div>
        ))}
        {found.length === 0 && (
          <p className={palette.none}>
            {query.trim() === ""
              ? "There are no headings. Type a number, a name, a tag or a text."
              : "No cell has this."}
          </p>
        )}
      </div>
    </Dialog>
  );
}
