import { keysOf, runCommand } from "../notebook/commands.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import { useModel, useSession } from "../session/hooks.ts";
import type { KernelView, RunSnapshot } from "../session/types.ts";
import { formatDuration } from "../text/durations.ts";
import styles from "./hold-banner.module.css";
import { startRun } from "./run-actions.ts";
import { cellOfRun, stepText } from "./run-text.ts";

/** What stands there then. */
export function RunEnded({
  run,
  kernel,
  onClose,
}: {
  run: RunSnapshot;
  kernel: KernelView;
  onClose: () => void;
}) {
  const page = usePage();
  const model = useModel();
  const { execute } = useSession((state) => state.rights);
  const order = model.cellIds();
  const cellId = cellOfRun(run, order);
  const position = cellId === null ? 0 : order.indexOf(cellId) + 1;
  const bad = run.status !== "stopped" && run.status !== "completed";
  const resumes =
    run.kind !== "attached" && cellId !== null && (kernel.state === "idle" || kernel.state === "busy");
  const took = formatDuration((run.endedAtMs ?? run.startedAtMs) - run.startedAtMs);
  const stderr = kernel.state === "dead" ? (kernel.death?.stderrTail.trim() ?? "") : "";
  return (
    <section
      className={`${styles.banner} ${styles.ended} ${bad ? styles.bad : ""}`}
      aria-label="How the run ended"
    >
      <div className={styles.text}>
        <h2>{run.outcome ?? "The run has ended"}</h2>
        <p className={styles.effect}>
          Ended after {took}, {stepText(run)}. {whatNow(run, resumes)}
        </p>
        {stderr !== "" && (
          <details className={styles.said}>
            <summary>What the kernel said last</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reached by keyboard. */}
            <pre tabIndex={0}>{stderr}</pre>
          </details>
        )}
      </div>
      <div className={styles.actions}>
        {resumes && (
          <Button disabled={!execute} onClick={() => void startRun(page, {}, cellId)}>
            Run from cell {position}
          </Button>
        )}
        {cellId !== null && (
          <Button look="quiet" keys={keysOf("to-running")} onClick={() => runCommand(page, "to-running")}>
            Cell {position}
          </Button>
        )}
        <IconButton label="Close" onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
    </section>
  );
}

function whatNow(run: RunSnapshot, resumes: boolean): string {
  if (run.status === "completed") return "";
  if (run.kind === "attached") return "Start its process again, and the next run takes its place here.";
  if (run.status === "died") return "Its variables are gone: run it again from the beginning.";
  if (!resumes) return "Mend what is to be mended, or change parameters, and run it again.";
  return "The kernel still has its variables: mend the cell and run from there, or change parameters and run all again.";
}
