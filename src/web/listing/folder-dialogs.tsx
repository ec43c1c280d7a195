import { useState } from "react";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf, api } from "../session/api.ts";
import { entryPath, nameOf } from "./entry-name.ts";
import { type Asked, files, type Notice } from "./folder-state.ts";
import type { Entry } from "./listing-order.ts";
import { MoveDialog } from "./move-dialog.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { copyName } from "./notebook-name.ts";
import { PublishDialog } from "./publish-dialog.tsx";
import { TrashDialog } from "./trash-dialog.tsx";
import { UnpackDialog } from "./unpack-dialog.tsx";

interface FolderDialogsProps {
  readonly asked: Asked;
  readonly folder: string;
  readonly existing: readonly string[];
  readonly onClose: () => void;
  readonly onDone: (said?: Notice) => void;
  readonly onDeleted: (paths: readonly string[]) => void;
}

/** What the folder page asks before it acts. */
export function FolderDialogs(props: FolderDialogsProps) {
  const { asked, folder, existing, onClose, onDone, onDeleted } = props;
  const done = async (call: Promise<unknown>) => {
    const answer = await answerOf(call);
    if (answer.ok) onDone();
    return answer;
  };
  switch (asked.what) {
    case "rename": {
      const { entry } = asked;
      return (
        <NameDialog
          title={entry.type === "notebook" ? "Rename the notebook" : `Rename ${entry.name}`}
          hint="Who has it open stays in it. With a folder before it, such as old/name, it moves there."
          name={entry.name}
          folder={folder}
          action="Rename"
          {...(entry.type !== "notebook" && { check: entryPath })}
          submit={(to) => done(api.moveFile({ from: entry.path, to }))}
          onClose={onClose}
        />
      );
    }
    case "duplicate": {
      const { entry } = asked;
      return (
        <NameDialog
          title={entry.type === "notebook" ? "Duplicate the notebook" : `Duplicate ${entry.name}`}
          hint="A copy of what it holds now."
          name={entry.type === "notebook" ? copyName(entry.name, existing) : otherName(entry.name, existing)}
          folder={folder}
          action="Duplicate"
          {...(entry.type !== "notebook" && { check: entryPath })}
          submit={(to) => done(api.copyFile({ from: entry.path, to }))}
          onClose={onClose}
        />
      );
    }
    case "new-folder":
      return (
        <NameDialog
          title="New folder"
          hint=""
          name=""
          folder={folder}
          action="Make it"
          check={entryPath}
          submit={(path) => done(files.makeFolder(path))}
          onClose={onClose}
        />
      );
    case "delete":
      return <DeleteDialog entries={asked.entries} onDeleted={onDeleted} onClose={onClose} />;
    case "move":
      return <MoveDialog entries={asked.entries} folder={folder} onDone={onDone} onClose={onClose} />;
    case "trash":
      return <TrashDialog folder={folder} onDone={onDone} onClose={onClose} />;
    case "unpack":
      return <UnpackDialog zip={asked.entry.path} folder={folder} onDone={onDone} onClose={onClose} />;
    case "publish":
      return <PublishDialog path={asked.entry.path} onClose={onClose} />;
  }
}

/** `a.csv` → `a copy.csv`, `a copy 2.csv`, … */
function otherName(name: string, existing: readonly string[]): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const taken = new Set(existing.map((other) => other.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const other = `${stem} copy${number === 1 ? "" : ` ${number}`}${extension}`;
    if (!taken.has(other.toLowerCase())) return other;
  }
}

function DeleteDialog(props: {
  readonly entries: readonly Entry[];
  readonly onDeleted: (paths: readonly string[]) => void;
  readonly onClose: () => void;
}) {
  const { entries, onDeleted, onClose } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    setBusy(true);
    const gone: string[] = [];
    for (const { path } of entries) {
      const answer = await answerOf(api.trashFile(path));
      if (!answer.ok) {
        setProblem(answer.message);
        break;
      }
      gone.push(path);
    }
    setBusy(false);
    if (gone.length > 0) onDeleted(gone);
    if (gone.length === entries.length) onClose();
  };
  const [first] = entries;
  const what = entries.length === 1 && first ? first.name : `${entries.length} files and folders`;
  const holdsNotebooks = entries.some(({ type }) => type !== "file");
  return (
    <Dialog title={`Delete ${what}?`} onClose={onClose}>
      <p>
        {entries.length === 1 ? "It goes" : "They go"} into the trash of the machine that the server runs on,
        and can be put back from there.
        {holdsNotebooks && " Where a notebook is open it is closed, and its kernel ends."}
      </p>
      {entries.length > 1 && (
        <p>
          {entries
            .slice(0, 8)
            .map(({ path }) => nameOf(path))
            .join(", ")}
          {entries.length > 8 && ", …"}
        </p>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
      <div className={dialogStyles.actions}>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" data-autofocus="" disabled={busy} onClick={() => void act()}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
