import { Pill } from "../parts/pill.tsx";
import { useNow, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import type { RunSnapshot } from "../session/types.ts";
import styles from "./run-state-line.module.css";
import { runState, stepText, timeText } from "./run-text.ts";

/** `running`, `step 8 of 13 · 4 min 12 s · about 2 min left`. */
export function RunStateLine() {
  const run = useSession((state) => state.run);
  if (run === null) return null;
  const state = runState(run);
  return (
    <div className={styles.line}>
      <Pill tone={state.tone} busy={state.busy === true}>
        {state.text}
      </Pill>
      <Times run={run} />
    </div>
  );
}

function Times({ run }: { run: RunSnapshot }) {
  const now = useNow(1000, isLive(run));
  const { elapsed, left } = timeText(run, now);
  return (
    <span className={styles.times}>
      {stepText(run)} <span className={styles.dot}>·</span> {elapsed}
      {left !== null && (
        <span className={styles.left}>
          {" "}
          <span className={styles.dot}>·</span> {left}
        </span>
      )}
    </span>
  );
}
