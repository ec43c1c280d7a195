import { useState } from "react";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { answerOf } from "../session/api.ts";
import styles from "./history.module.css";
import { clientOf } from "./history-actions.ts";

/** Keeps the notebook as it is now under a name. */
export function NameVersion({ onNamed, autoFocus }: { onNamed: (id: number) => void; autoFocus: boolean }) {
  const page = usePage();
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const keep = async (): Promise<void> => {
    setBusy(true);
    const answer = await answerOf(clientOf(page).nameVersion({ name }));
    setBusy(false);
    setProblem(answer.ok ? null : answer.message);
    if (!answer.ok) return;
    setName("");
    onNamed(answer.value.id);
  };
  return (
    <form
      className={styles.name}
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <input
        aria-label="Name of this version"
        placeholder="Name this version"
        maxLength={120}
        value={name}
        data-autofocus={autoFocus ? "" : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : "name-problem"}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={isBusy || name.trim() === ""}>
        Keep
      </Button>
      {problem !== null && (
        <p id="name-problem" role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  );
}
