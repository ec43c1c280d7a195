import { useEffect, useState } from "react";
import type { UnpackPlan } from "../../api/files.ts";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf } from "../session/api.ts";
import { formatBytes } from "../text/sizes.ts";
import { type Choice, ClashChoice } from "./clash-choice.tsx";
import { nameOf } from "./entry-name.ts";
import styles from "./folder-dialogs.module.css";
import { files, type Notice } from "./folder-state.ts";

interface UnpackDialogProps {
  readonly zip: string;
  readonly folder: string;
  readonly onDone: (said?: Notice) => void;
  readonly onClose: () => void;
}

/** Tells what a zip file would write, and which names are taken, before anything is written. */
export function UnpackDialog({ zip, folder, onDone, onClose }: UnpackDialogProps) {
  const [hidden, setHidden] = useState(false);
  const [plan, setPlan] = useState<UnpackPlan | null>(null);
  const [choice, setChoice] = useState<Choice>("keep-both");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void answerOf(files.planUnpack(zip, folder, hidden)).then((answer) => {
      if (answer.ok) setPlan(answer.value);
      else setProblem(answer.message);
    });
  }, [zip, folder, hidden]);
  const act = async (): Promise<void> => {
    setBusy(true);
    const onClash = plan && plan.clashes.length > 0 ? choice : null;
    const answer = await answerOf(files.unpack({ path: zip, into: folder, hidden, onClash }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.message);
    const { written, skipped } = answer.value;
    const left = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
    onDone({ text: `${written.length.toLocaleString("en")} files unpacked${left}.` });
    onClose();
  };
  return (
    <Dialog title={`Unpack ${nameOf(zip)}`} onClose={onClose}>
      {plan === null && problem === null && <p aria-busy="true">Reading its list of contents …</p>}
      {plan !== null && (
        <>
          <p>
            {plan.files.toLocaleString("en")} files, {formatBytes(plan.bytes)}, into{" "}
            {folder === "" ? "the top folder" : folder}.
          </p>
          {(plan.leftOut > 0 || hidden) && (
            <label className={styles.row}>
              <input type="checkbox" checked={hidden} onChange={() => setHidden(!hidden)} />
              {hidden ? "Hidden files, too" : `Hidden files, too (${plan.leftOut} are left out)`}
            </label>
          )}
          {plan.clashes.length > 0 && (
            <ClashChoice names={plan.clashes.map(({ name }) => name)} choice={choice} onChoose={setChoice} />
          )}
        </>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
      <div className={dialogStyles.actions}>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="go" disabled={busy || plan === null} onClick={() => void act()}>
          {busy ? "Unpacking …" : "Unpack"}
        </Button>
      </div>
    </Dialog>
  );
}
