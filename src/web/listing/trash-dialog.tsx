import { useCallback, useEffect, useState } from "react";
import type { TrashedFile } from "../../api/files.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf } from "../session/api.ts";
import { formatAgo } from "../text/durations.ts";
import styles from "./folder-dialogs.module.css";
import { files, type Notice } from "./folder-state.ts";

interface TrashDialogProps {
  readonly folder: string;
  readonly onDone: (said?: Notice) => void;
  readonly onClose: () => void;
}

/** What lay in this folder and lies in the trash now, and the way back. */
export function TrashDialog({ folder, onDone, onClose }: TrashDialogProps) {
  const [trashed, setTrashed] = useState<readonly TrashedFile[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(async () => {
    const answer = await answerOf(files.trash(folder));
    if (answer.ok) setTrashed(answer.value);
    else setProblem(answer.message);
  }, [folder]);
  useEffect(() => void load(), [load]);
  const restore = async ({ id, path }: TrashedFile): Promise<void> => {
    const answer = await answerOf(files.restore(id));
    if (!answer.ok) return setProblem(answer.message);
    const isElsewhere = answer.value.path !== path;
    onDone(isElsewhere ? { text: `Its name was taken: it is ${answer.value.path} now.` } : undefined);
    await load();
  };
  return (
    <Dialog title="Trash" onClose={onClose}>
      <ul className={styles.folders} aria-label="In the trash">
        {trashed?.map((one) => (
          <li key={one.id} className={styles.trashed}>
            <span>
              {one.path}
              {one.isFolder && "/"} <time>{formatAgo(Date.now() - one.deletedAtMs, one.deletedAtMs)}</time>
            </span>
            <Button aria-label={`Put ${one.path} back`} onClick={() => void restore(one)}>
              Put back
            </Button>
          </li>
        ))}
        {trashed?.length === 0 && <li className={styles.none}>Nothing of this folder is in it.</li>}
      </ul>
      {problem !== null && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
