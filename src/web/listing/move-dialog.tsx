import { useEffect, useState } from "react";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { FolderIcon, UpIcon } from "../parts/icons.tsx";
import { answerOf, api } from "../session/api.ts";
import { folderOf, nameOf } from "./entry-name.ts";
import styles from "./folder-dialogs.module.css";
import { moveInto, type Notice } from "./folder-state.ts";
import type { Entry } from "./listing-order.ts";

interface MoveDialogProps {
  readonly entries: readonly Entry[];
  readonly folder: string;
  readonly onDone: (said?: Notice) => void;
  readonly onClose: () => void;
}

/** Walks through folders to the one that takes them. */
export function MoveDialog({ entries, folder, onDone, onClose }: MoveDialogProps) {
  const [at, setAt] = useState(folder);
  const [folders, setFolders] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    void answerOf(api.files(at)).then((answer) => {
      if (!isCurrent) return;
      if (!answer.ok) return setProblem(answer.message);
      const moved = new Set(entries.map(({ path }) => path));
      setFolders(
        answer.value.entries
          .filter(({ type, path }) => type === "folder" && !moved.has(path))
          .map(({ path }) => path),
      );
    });
    return () => {
      isCurrent = false;
    };
  }, [at, entries]);
  const act = async (): Promise<void> => {
    setBusy(true);
    const failed = await moveInto(
      entries.map(({ path }) => path),
      at,
    );
    setBusy(false);
    if (failed !== null) return setProblem(failed);
    onDone();
    onClose();
  };
  const what = entries.length === 1 ? (entries[0]?.name ?? "") : `${entries.length} files and folders`;
  const isHere = entries.every(({ path }) => folderOf(path) === at);
  return (
    <Dialog title={`Move ${what}`} onClose={onClose}>
      <p className={styles.place}>
        To <strong>{at === "" ? "the top folder" : at}</strong>
      </p>
      <ul className={styles.folders} aria-label="Folders">
        {at !== "" && (
          <li>
            <button type="button" onClick={() => setAt(folderOf(at))}>
              <UpIcon />
              {folderOf(at) === "" ? "The top folder" : nameOf(folderOf(at))}
            </button>
          </li>
        )}
        {folders?.map((path) => (
          <li key={path}>
            <button type="button" onClick={() => setAt(path)}>
              <FolderIcon />
              {nameOf(path)}
            </button>
          </li>
        ))}
        {folders?.length === 0 && <li className={styles.none}>No folders in it.</li>}
      </ul>
      {problem !== null && <p role="alert">{problem}</p>}
      <div className={dialogStyles.actions}>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="go" disabled={busy || isHere} onClick={() => void act()}>
          Move here
        </Button>
      </div>
    </Dialog>
  );
}
