import { useState } from "react";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import type { Answer } from "../session/channel.ts";
import { notebookPath } from "./notebook-name.ts";

export interface NameDialogProps {
  readonly title: string;
  readonly hint: string;
  /** What the field holds at first. */
  readonly name: string;
  /** Where a name without a folder is. */
  readonly folder: string;
  readonly action: string;
  /** What may be typed; default: a notebook's name. */
  readonly check?: typeof notebookPath;
  /** The dialog stays open, with the reason, when it is refused. */
  readonly submit: (path: string) => Promise<Answer<unknown>>;
  readonly onClose: () => void;
}

/** Asks for a notebook's name: renaming, saving under another name, copying. */
export function NameDialog(props: NameDialogProps) {
  const { title, hint, name: first, folder, action, check = notebookPath, submit, onClose } = props;
  const [name, setName] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    const checked = check(name, folder);
    if (!checked.ok) return setProblem(checked.message);
    setBusy(true);
    const answer = await submit(checked.path);
    setBusy(false);
    if (answer.ok) onClose();
    else setProblem(answer.message);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void act();
        }}
      >
        <Field label="Name" problem={problem} hint={hint || null}>
          {(ids) => (
            <input
              {...ids}
              data-autofocus=""
              value={name}
              spellCheck={false}
              autoComplete="off"
              onFocus={(event) => event.target.setSelectionRange(0, name.replace(/\.ipynb$/, "").length)}
              onChange={(event) => {
                setName(event.target.value);
                setProblem(null);
              }}
            />
          )}
        </Field>
        <div className={dialogStyles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="go" type="submit" disabled={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
