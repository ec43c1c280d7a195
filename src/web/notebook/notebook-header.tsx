import { Mark, useThemeItems } from "../app/brand.tsx";
import { Link } from "../app/link.tsx";
import { IconButton } from "../parts/button.tsx";
import { ContentsIcon, MoreIcon, PanelIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { ProgressLine } from "../run/progress-line.tsx";
import { RunControls } from "../run/run-controls.tsx";
import { RunStateLine } from "../run/run-state-line.tsx";
import { useSession } from "../session/hooks.ts";
import { keysOf, runCommand } from "./commands.ts";
import { KernelMenu } from "./kernel-menu.tsx";
import styles from "./notebook-header.module.css";
import { usePage } from "./page-context.ts";
import { PresenceBar } from "./presence-bar.tsx";
import { SaveMark } from "./save-mark.tsx";
import { askContents } from "./toc/contents-store.ts";

/** One line over the notebook: which one, how it stands, who is here, what can be done. */
export function NotebookHeader({ path }: { path: string }) {
  const parts = path.split("/");
  const name = parts.at(-1) ?? path;
  const folder = parts.slice(0, -1).join("/");
  return (
    <>
      <div className={styles.bar}>
        <Link
          to={{ page: "folder", path: folder }}
          className={styles.home}
          aria-label="All notebooks"
          title="All notebooks"
        >
          <Mark />
        </Link>
        <IconButton label="Contents" keys="Ctrl Shift K" onClick={askContents}>
          <ContentsIcon />
        </IconButton>
        <Title name={name} path={path} />
        <RunStateLine />
        <SaveMark />
        <span className={styles.grow} />
        <PresenceBar />
        <KernelMenu />
        <RunControls />
        <PanelButton />
        <PageMenu />
      </div>
      <ProgressLine />
    </>
  );
}

/** The name; a press on it asks for another one. */
function Title({ name, path }: { name: string; path: string }) {
  const page = usePage();
  const canMove = useSession(({ rights, limitedTo }) => rights.edit && limitedTo !== "notebook");
  return (
    <h1 className={styles.title} title={path}>
      {canMove ? (
        <button type="button" title={`${path}: rename…`} onClick={() => runCommand(page, "rename")}>
          {name}
        </button>
      ) : (
        name
      )}
    </h1>
  );
}

/** Only where the side panel has no column of its own. */
function PanelButton() {
  const page = usePage();
  return (
    <IconButton
      label="Parameters and what happened"
      className={styles.panelButton}
      onClick={() => page.ui.update((ui) => ({ ...ui, panelOpen: !ui.panelOpen }))}
    >
      <PanelIcon />
    </IconButton>
  );
}

function PageMenu() {
  const page = usePage();
  const { edit } = useSession((state) => state.rights);
  const canMove = useSession(({ rights, limitedTo }) => rights.edit && limitedTo !== "notebook");
  const themes = useThemeItems();
  const item = (id: string, label: string) => ({
    label,
    keys: keysOf(id),
    onSelect: () => runCommand(page, id),
  });
  return (
    <Menu
      label="More"
      groups={[
        canMove
          ? [item("rename", "Rename…"), item("save-as", "Save as…"), item("duplicate", "Duplicate…")]
          : [],
        edit ? [item("save", "Save now"), item("clear-all-outputs", "Clear all outputs")] : [],
        [item("history", "History…"), ...(edit ? [item("name-version", "Name this version…")] : [])],
        [
          item("find", "Find…"),
          item("jump", "Go to a cell…"),
          item("reader", "Reader view"),
          item("print", "Print"),
          item("export", "Export or publish…"),
          item("palette", "All commands…"),
          item("shortcuts", "Keyboard shortcuts…"),
        ],
        themes,
      ]}
    >
      <MoreIcon />
    </Menu>
  );
}
