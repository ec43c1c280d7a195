import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import styles from "./progress-line.module.css";
import { progressOf, runState, stepText } from "./run-text.ts";

/** How much of the run is done, as the header's lower edge. */
export function ProgressLine() {
  const run = useSession((state) => state.run);
  if (run === null) return <div className={styles.line} />;
  const done = progressOf(run);
  const tone = isLive(run) ? (run.status === "held" ? styles.held : "") : styles[runState(run).tone];
  return (
    <div
      className={styles.line}
      role="progressbar"
      aria-label="Run"
      aria-valuemin={0}
      aria-valuemax={Math.max(1, run.stepsTotal)}
      aria-valuenow={Math.min(run.stepsDone, Math.max(1, run.stepsTotal))}
      aria-valuetext={stepText(run)}
    >
      <i className={tone} style={{ width: `${done * 100}%` }} />
    </div>
  );
}
