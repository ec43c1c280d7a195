import { useState } from "react";
import { MoreIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { answerOf, api } from "../session/api.ts";
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
  const [asks, setAsks] = useState<"rename" | "duplicate" | null>(null);
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
        ]}
      >
        <MoreIcon />
      </Menu>
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
