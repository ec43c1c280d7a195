import { useId, useMemo, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { Keys } from "../parts/keys.tsx";
import { COMMANDS, isOffered } from "./commands.ts";
import { matchCommands } from "./match-commands.ts";
import { usePage } from "./page-context.ts";
import styles from "./palette-dialog.module.css";
import { jumpTargets } from "./toc/jump-targets.ts";
import { land } from "./toc/land.ts";

/** A longer query names cells, too; this many of them. */
const MAX_CELLS = 6;

/** Every command by its name, and cells by what one knows of them (WAI-ARIA's combobox with a list). */
export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const page = usePage();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const possible = COMMANDS.filter((command) => command.id !== "palette" && isOffered(page, command));
  const found = matchCommands(possible, query);
  const cells = useMemo(() => page.ids().flatMap((id) => page.model.cell(id) ?? []), [page]);
  const targets = useMemo(
    () => (query.trim().length < 2 ? [] : jumpTargets(cells, query).slice(0, MAX_CELLS)),
    [cells, query],
  );
  const count = found.length + targets.length;
  const place = Math.max(0, Math.min(at, count - 1));
  const run = (index: number): void => {
    const command = found[index];
    const target = targets[index - found.length];
    if (!command && !target) return;
    onClose();
    if (command) command.run(page);
    else if (target) void land(page, target.cellId, target.nth);
  };
  return (
    <Dialog title="All commands" onClose={onClose}>
      <input
        data-autofocus=""
        className={styles.query}
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={count > 0 ? `${listId}-${place}` : undefined}
        placeholder="Find a command, or a cell"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(Math.min(place + 1, count - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(place - 1, 0));
          else if (event.key === "Enter") run(place);
          else return;
          event.preventDefault();
        }}
      />
      <div id={listId} role="listbox" aria-label="Commands" className={styles.list}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys.
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === place}
            tabIndex={-1}
            className={styles.option}
            ref={(element) => {
              if (index === place) element?.scrollIntoView({ block: "nearest" });
            }}
            onClick={() => run(index)}
          >
            <span>{command.label}</span>
            {command.keys[0] !== undefined && <Keys keys={command.keys[0]} />}
          </div>
        ))}
        {targets.map((target, after) => {
          const index = found.length + after;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
            <div
              key={`${target.cellId} ${target.nth}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === place}
              tabIndex={-1}
              className={styles.option}
              ref={(element) => {
                if (index === place) element?.scrollIntoView({ block: "nearest" });
              }}
              onClick={() => run(index)}
            >
              <span className={styles.cell}>{target.text}</span>
              <span className={styles.by}>cell {target.position}</span>
            </div>
          );
        })}
        {count === 0 && <p className={styles.none}>No command has this name.</p>}
      </div>
    </Dialog>
  );
}
