import type { CellSnapshot } from "../../document/live-notebook.ts";
import { IconButton } from "../parts/button.tsx";
import { BinIcon, CommentIcon, DownIcon, MoreIcon, PlayIcon, UpIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import styles from "./cell-toolbar.module.css";
import { keysOf, runCommand } from "./commands.ts";
import { usePage } from "./page-context.ts";

/** What one does most to the selected cell. Everything else is in its menu. */
export function CellToolbar({ cell }: { cell: CellSnapshot }) {
  const page = usePage();
  const { edit, execute } = useSession((state) => state.rights);
  const running = useSession((state) => isLive(state.run));
  const act = (id: string) => () => runCommand(page, id);
  const item = (id: string, label: string) => ({ label, keys: keysOf(id), onSelect: act(id) });
  return (
    <div className={styles.bar} role="toolbar" aria-label="Cell">
      {cell.cellType === "code" && (
        <IconButton
          label={execute ? "Run cell" : "Run cell: this address does not let you"}
          keys={execute ? "Ctrl Enter" : undefined}
          onClick={act("run-stay")}
          disabled={!execute}
        >
          <PlayIcon />
        </IconButton>
      )}
      {edit && (
        <>
          <IconButton label="Move up" keys="Ctrl Shift ↑" onClick={act("move-up")}>
            <UpIcon />
          </IconButton>
          <IconButton label="Move down" keys="Ctrl Shift ↓" onClick={act("move-down")}>
            <DownIcon />
          </IconButton>
          <IconButton label="Delete" keys="d d" onClick={act("delete")}>
            <BinIcon />
          </IconButton>
        </>
      )}
      <IconButton label="Comment" keys={keysOf("comment")} onClick={act("comment")}>
        <CommentIcon />
      </IconButton>
      <Menu
        label="More for this cell"
        className={styles.more}
        groups={[
          running && execute ? [item("rerun-from", "Run again from here")] : [],
          [
            { ...item("to-code", "Code"), checked: cell.cellType === "code", disabled: !edit },
            { ...item("to-markdown", "Markdown"), checked: cell.cellType === "markdown", disabled: !edit },
            { ...item("to-raw", "Raw text"), checked: cell.cellType === "raw", disabled: !edit },
          ],
          edit
            ? [
                item("cut", "Cut"),
                item("copy", "Copy"),
                item("paste", "Paste below"),
                item("merge", "Merge with the next"),
              ]
            : [item("copy", "Copy")],
          cell.cellType === "code"
            ? [item("toggle-code", "Fold the code"), item("toggle-outputs", "Fold the outputs")]
            : [],
          edit && cell.cellType === "code" ? [item("clear-output", "Clear outputs")] : [],
          [item("copy-link", "Copy the link"), item("who-wrote", "Who wrote this…")],
        ]}
      >
        <MoreIcon />
      </Menu>
    </div>
  );
}
