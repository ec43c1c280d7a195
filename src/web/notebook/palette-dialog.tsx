import { useId, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { Keys } from "../parts/keys.tsx";
import { COMMANDS, isOffered } from "./commands.ts";
import { matchCommands } from "./match-commands.ts";
import { usePage } from "./page-context.ts";
import styles from "./palette-dialog.module.css";

/** Every command by its name (WAI-ARIA's combobox with a list). */
export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const page = usePage();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const possible = COMMANDS.filter((command) => command.id !== "palette" && isOffered(page, command));
  const found = matchCommands(possible, query);
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (command: (typeof COMMANDS)[number] | undefined): void => {
    if (!command) return;
    onClose();
    command.run(page);
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
        aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
        placeholder="Find a command"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Enter") run(chosen);
          else return;
          event.preventDefault();
        }}
      />
      <div id={listId} role="listbox" aria-label="Commands" className={styles.list}>
        {found.map((command) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys.
          <div
            key={command.id}
            id={`${listId}-${command.id}`}
            role="option"
            aria-selected={command === chosen}
            tabIndex={-1}
            className={styles.option}
            ref={(element) => {
              if (command === chosen) element?.scrollIntoView({ block: "nearest" });
            }}
            onClick={() => run(command)}
          >
            <span>{command.label}</span>
            {command.keys[0] !== undefined && <Keys keys={command.keys[0]} />}
          </div>
        ))}
        {found.length === 0 && <p className={styles.none}>No command has this name.</p>}
      </div>
    </Dialog>
  );
}
