import { useState } from "react";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { MoreIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { answerOf, api } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import styles from "./folder-page.module.css";
import { NameDialog } from "./name-dialog.tsx";
import { copyName } from "./notebook-name.ts";

export interface RowMenuProps {
  readonly path: string;
  readonly folder: string;
  readonly existing: readonly string[];
  /** The listing is no longer what it was. */
  readonly onChanged: () => void;
}

/** What can be done with a notebook without opening it. */
export function RowMenu({ path, folder, existing, onChanged }: RowMenuProps) {
  const [asks, setAsks] = useState<"rename" | "duplicate" | "delete" | null>(null);
  const name = path.split("/").at(-1) ?? path;
  const done = async (call: Promise<unknown>) => {
    const answer = await answerOf(call);
    if (answer.ok) onChanged();
    return answer;
  };
  return (
    <>
      <Menu
        label={`More for ${name}`}
        rootClassName={styles.rowMenu}
        groups={[
          [
            { label: "Rename…", onSelect: () => setAsks("rename") },
            { label: "Duplicate…", onSelect: () => setAsks("duplicate") },
          ],
          [{ label: "Delete…", danger: true, onSelect: () => setAsks("delete") }],
        ]}
      >
        <MoreIcon />
      </Menu>
      {asks === "delete" && (
        <DeleteDialog name={name} submit={() => done(api.trashFile(path))} onClose={() => setAsks(null)} />
      )}
      {asks === "rename" && (
        <NameDialog
          title="Rename the notebook"
          hint="Who has it open stays in it. With a folder before it, such as old/name, it moves there."
          name={name}
          folder={folder}
          action="Rename"
          submit={(to) => done(api.moveFile({ from: path, to }))}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === "duplicate" && (
        <NameDialog
          title="Duplicate the notebook"
          hint="A copy of what it holds now."
          name={copyName(name, existing)}
          folder={folder}
          action="Duplicate"
          submit={(to) => done(api.copyFile({ from: path, to }))}
          onClose={() => setAsks(null)}
        />
      )}
    </>
  );
}

function DeleteDialog(props: {
  readonly name: string;
  readonly submit: () => Promise<Answer<unknown>>;
  readonly onClose: () => void;
}) {
  const { name, submit, onClose } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    setBusy(true);
    const answer = await submit();
    setBusy(false);
    if (answer.ok) onClose();
    else setProblem(answer.message);
  };
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose}>
      <p>
        It goes into the trash of the machine that the server runs on. Where it is open it is closed, and its
        kernel ends.
      </p>
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
