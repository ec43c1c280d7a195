import { EDITOR_GESTURES, EDITOR_KEYS } from "../editor/editor-keys.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Keys } from "../parts/keys.tsx";
import { QUESTION_KEYS } from "../questions/question-keys.ts";
import { useStore } from "../session/store.ts";
import { COMMANDS, type Command } from "./commands.ts";
import styles from "./shortcuts-dialog.module.css";
import { setSingleKeys, singleKeysStore } from "./single-keys.ts";

const GROUPS: readonly Command["group"][] = ["Run", "Cells", "Move around", "View", "Kernel", "Page"];

/** Every key, and the switch for those that type a character. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const singleKeys = useStore(singleKeysStore);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} wide>
      <p className={styles.intro}>
        Jupyter’s two modes: after <Keys keys="Escape" /> keys are commands, after <Keys keys="Enter" /> they
        are text.
      </p>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        Single letters are commands
      </label>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <KeyTable
            key={group}
            title={group}
            rows={COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(
              (command) => [command.label.replace("…", ""), command.keys] as const,
            )}
          />
        ))}
        <KeyTable
          title="In a question"
          rows={QUESTION_KEYS.map(({ label, keys }) => [label, keys] as const)}
        />
        <KeyTable title="In the editor" rows={EDITOR_KEYS.map(({ label, keys }) => [label, keys] as const)} />
        <p className={styles.gestures}>
          {EDITOR_GESTURES.map(([gesture, label]) => `${gesture}: ${label.toLowerCase()}.`).join(" ")}
        </p>
      </div>
    </Dialog>
  );
}

function KeyTable({
  title,
  rows,
}: {
  title: string;
  rows: readonly (readonly [string, readonly string[]])[];
}) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl>
        {rows.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span className="visually-hidden">{keys.join(" or ")}</span>
              {keys.map((key) => (
                <Keys key={key} keys={key} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
