import { useId, useState } from "react";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { answerOf } from "../session/api.ts";
import styles from "./history.module.css";
import { clientOf } from "./history-actions.ts";

interface NameVersionProps {
  readonly onNamed: (id: number) => void;
  readonly autoFocus: boolean;
  /** Absent: the notebook as it is now. */
  readonly version?: number;
}

/** Keeps the notebook as it is now, or one of its versions, under a name. */
export function NameVersion({ onNamed, autoFocus, version }: NameVersionProps) {
  const page = usePage();
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const problemId = useId();
  const keep = async (): Promise<void> => {
    setBusy(true);
    const client = clientOf(page);
    const answer = await answerOf(
      version === undefined ? client.nameVersion({ name }) : client.renameVersion(version, { name }),
    );
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
        aria-label={version === undefined ? "Name of this version" : `Name of version ${version}`}
        placeholder={version === undefined ? "Name this version" : "A name, and it stays"}
        maxLength={120}
        value={name}
        data-autofocus={autoFocus ? "" : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={isBusy || name.trim() === ""}>
        Keep
      </Button>
      {problem !== null && (
        <p id={problemId} role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  );
}
