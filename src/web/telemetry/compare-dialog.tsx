import { useEffect, useState } from "react";
import type { RunSnapshot } from "../../runs/run.ts";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf, api } from "../session/api.ts";
import { useSession } from "../session/hooks.ts";
import styles from "./chart.module.css";
import type { ComparedRun } from "./use-chart-lines.ts";

/** More lines than these in one chart are read by nobody. */
const MAX_COMPARED = 8;

interface CompareDialogProps {
  readonly runId: string;
  readonly chosen: readonly ComparedRun[];
  readonly onChange: (chosen: readonly ComparedRun[]) => void;
  readonly onClose: () => void;
}

/** Other runs of this notebook, to be drawn beside this one. */
export function CompareDialog({ runId, chosen, onChange, onClose }: CompareDialogProps) {
  const path = useSession((state) => state.path);
  const [runs, setRuns] = useState<readonly RunSnapshot[] | string | null>(null);
  useEffect(() => {
    let isWanted = true;
    void answerOf(api.runHistory({ ...(path !== null && { path }), limit: 100 })).then((answer) => {
      if (isWanted) setRuns(answer.ok ? answer.value.filter(({ id }) => id !== runId) : answer.message);
    });
    return () => {
      isWanted = false;
    };
  }, [path, runId]);
  return (
    <Dialog title="Compare with other runs" onClose={onClose}>
      {runs === null && <p className={styles.note}>Reading which runs there were …</p>}
      {typeof runs === "string" && <p className={styles.note}>{runs}</p>}
      {typeof runs === "object" && runs?.length === 0 && (
        <p className={styles.note}>This notebook has no other run yet.</p>
      )}
      {typeof runs === "object" && runs !== null && (
        <ul className={styles.runs}>
          {runs.map(({ id, name, startedAtMs, status }) => {
            const isChosen = chosen.some((one) => one.id === id);
            return (
              <li key={id}>
                <label>
                  <input
                    type="checkbox"
                    checked={isChosen}
                    disabled={!isChosen && chosen.length >= MAX_COMPARED}
                    onChange={() =>
                      onChange(isChosen ? chosen.filter((one) => one.id !== id) : [...chosen, { id, name }])
                    }
                  />
                  <span>{name}</span>
                  <span className={styles.when}>
                    {new Date(startedAtMs).toLocaleString("en-GB")} · {status}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      )}
    </Dialog>
  );
}
