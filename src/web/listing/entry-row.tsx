import { Link } from "../app/link.tsx";
import { FileIcon, FolderIcon, MoreIcon, NotebookIcon } from "../parts/icons.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { PartyMark } from "../parts/party-mark.tsx";
import { Pill } from "../parts/pill.tsx";
import { runState } from "../run/run-text.ts";
import { formatAgo } from "../text/durations.ts";
import { formatBytes } from "../text/sizes.ts";
import styles from "./folder-page.module.css";
import type { Entry } from "./listing-order.ts";

/** What is dragged within the page; files of the system have their own type. */
export const DRAGGED = "application/x-loopbook-paths";

interface EntryRowProps {
  readonly entry: Entry;
  readonly ticked: boolean;
  readonly onTick: ((range: boolean) => void) | null;
  readonly menu: readonly (readonly MenuItem[])[];
  /** The paths that go along when this one is dragged; null: nothing may be moved. */
  readonly dragged: readonly string[] | null;
  readonly onDrop: (paths: readonly string[]) => void;
}

/** One file or folder: what it is called, what runs in it, who is there, when it changed. */
export function EntryRow({ entry, ticked, onTick, menu, dragged, onDrop }: EntryRowProps) {
  const isFolder = entry.type === "folder";
  return (
    <li
      className={`${styles.item} ${ticked ? styles.ticked : ""}`}
      data-path={entry.path}
      data-run={entry.runStatus ?? undefined}
      {...(isFolder && dragged !== null && dropOn(onDrop))}
    >
      {onTick !== null && (
        <input
          type="checkbox"
          className={styles.tick}
          aria-label={`Select ${entry.name}`}
          checked={ticked}
          onClick={(event) => onTick(event.shiftKey)}
          onChange={() => undefined}
        />
      )}
      <Link
        className={styles.row}
        to={{ page: entry.type, path: entry.path }}
        draggable={dragged !== null}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAGGED, JSON.stringify(dragged));
          event.dataTransfer.effectAllowed = "move";
        }}
      >
        <span className={styles.icon}>
          {isFolder ? <FolderIcon /> : entry.type === "notebook" ? <NotebookIcon /> : <FileIcon />}
        </span>
        <span className={styles.name}>{entry.name}</span>
        {entry.runStatus !== null && <RunPill status={entry.runStatus} />}
        {entry.hasKernel && entry.runStatus === null && <span className={styles.kernel}>kernel</span>}
        {entry.people && (
          <span className={styles.people}>
            {entry.people.slice(0, 4).map((party) => (
              <PartyMark key={`${party.kind} ${party.who}`} party={party} doing="has it open" small />
            ))}
          </span>
        )}
        <span className={styles.size}>{isFolder ? "" : formatBytes(entry.sizeBytes)}</span>
        <time className={styles.time} dateTime={new Date(entry.modifiedAtMs).toISOString()}>
          {formatAgo(Date.now() - entry.modifiedAtMs, entry.modifiedAtMs)}
        </time>
      </Link>
      <Menu label={`More for ${entry.name}`} rootClassName={styles.rowMenu} groups={menu}>
        <MoreIcon />
      </Menu>
    </li>
  );
}

/** Makes a place that takes what is dragged within the page. */
export function dropOn(onDrop: (paths: readonly string[]) => void) {
  return {
    onDragOver: (event: React.DragEvent<HTMLElement>) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      event.currentTarget.dataset.over = "";
    },
    onDragLeave: (event: React.DragEvent<HTMLElement>) => {
      delete event.currentTarget.dataset.over;
    },
    onDrop: (event: React.DragEvent<HTMLElement>) => {
      delete event.currentTarget.dataset.over;
      const text = event.dataTransfer.getData(DRAGGED);
      if (text === "") return;
      event.preventDefault();
      event.stopPropagation();
      onDrop(JSON.parse(text) as readonly string[]);
    },
  };
}

function RunPill({ status }: { status: NonNullable<Entry["runStatus"]> }) {
  const state = runState({ status, hold: null, pending: null });
  return (
    <Pill tone={state.tone} busy={state.busy === true}>
      {state.text}
    </Pill>
  );
}
