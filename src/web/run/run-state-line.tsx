import { keysOf, runCommand } from "../notebook/commands.ts";
import { usePage, useUi } from "../notebook/page-context.ts";
import { IconButton } from "../parts/button.tsx";
import { FollowIcon } from "../parts/icons.tsx";
import { Pill } from "../parts/pill.tsx";
import { useModel, useNow, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import type { RunSnapshot } from "../session/types.ts";
import { formatElapsed } from "../text/durations.ts";
import styles from "./run-state-line.module.css";
import { runState, silenceText, stepText, timeText } from "./run-text.ts";

/** `running`, `step 8 of 13 · 4 min 12 s · about 2 min left`; the step is the way to its cell. */
export function RunStateLine() {
  const run = useSession((state) => state.run);
  if (run === null) return null;
  const state = runState(run);
  return (
    <div className={styles.line} data-run-line="">
      <Pill tone={state.tone} busy={state.busy === true}>
        {state.text}
      </Pill>
      <Times run={run} />
      {isLive(run) && run.status !== "held" && <Follow />}
    </div>
  );
}

/** Of a cell that is done sooner nobody needs to hear. */
const WORTH_TELLING_MS = 3_000;

function Times({ run }: { run: RunSnapshot }) {
  const page = usePage();
  const now = useNow(1000, isLive(run));
  const model = useModel();
  const { elapsed, left } = timeText(run, now);
  const silence = silenceText(run, now);
  const at = isLive(run) && run.status !== "held" ? run.currentCell : null;
  const sinceMs = useSession((state) => (at === null ? null : (state.executions[at]?.startedAtMs ?? null)));
  const position = at === null ? 0 : model.cellIds().indexOf(at) + 1;
  return (
    <span className={styles.times}>
      {silence !== null && (
        <>
          <span className={styles.silent}>{silence}</span> <span className={styles.dot}>·</span>{" "}
        </>
      )}
      <button
        type="button"
        className={styles.step}
        title={`Go to its cell (${keysOf("to-running")})`}
        onClick={() => runCommand(page, "to-running")}
      >
        {stepText(run)}
      </button>{" "}
      <span className={styles.dot}>·</span> {elapsed}
      {position > 0 && sinceMs !== null && now - sinceMs >= WORTH_TELLING_MS && (
        <span className={styles.now}>
          {" "}
          <span className={styles.dot}>·</span> cell {position} for {formatElapsed(now - sinceMs)}
        </span>
      )}
      {left !== null && (
        <span className={styles.left}>
          {" "}
          <span className={styles.dot}>·</span> {left}
        </span>
      )}
    </span>
  );
}

function Follow() {
  const page = usePage();
  const follows = useUi((ui) => ui.follows);
  return (
    <IconButton
      label="Stay with the cell that runs"
      keys="G"
      aria-pressed={follows}
      className={follows ? styles.follows : ""}
      onClick={() => runCommand(page, "follow")}
    >
      <FollowIcon />
    </IconButton>
  );
}
