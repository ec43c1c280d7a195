import { keysOf, runCommand } from "../notebook/commands.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { canPause, canRerun, canResume, canSkip, canStep } from "./run-actions.ts";
import styles from "./run-controls.module.css";

/** Pause, step, skip, stop; or run, when nothing runs. Every button shows its key. */
export function RunControls() {
  const page = usePage();
  const run = useSession((state) => state.run);
  const { execute } = useSession((state) => state.rights);
  const act = (id: string) => () => runCommand(page, id);
  if (!execute) return null;
  if (!isLive(run)) {
    return (
      <div className={`${styles.controls} ${run === null ? "" : styles.live}`}>
        <Button look="go" onClick={act("run-all")} title="Runs every cell in order (Ctrl Shift Enter)">
          {run === null ? "Run all" : "Run again"}
        </Button>
      </div>
    );
  }
  const held = run.status === "held";
  const resumes = canResume(run);
  // What the banner asks is answered there.
  const asks = held && ["tag", "input", "question"].includes(run.hold?.kind ?? "");
  const bannerSkips = held && (run.hold?.kind === "error" || run.hold?.kind === "interrupted");
  const free = held && !bannerSkips;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms.
    <div className={`${styles.controls} ${styles.live}`} role="group" aria-label="Run">
      {!asks && (
        <Button
          onClick={act("pause")}
          disabled={!resumes && !canPause(run)}
          keys={keysOf("pause")}
          look={resumes && free ? "go" : "plain"}
        >
          {resumes ? (held ? "Resume" : "Don’t pause") : "Pause"}
        </Button>
      )}
      {canStep(run) && (
        <Button onClick={act("step")} keys={keysOf("step")} title="Run one cell, then hold">
          Step
        </Button>
      )}
      {canRerun(run) && !bannerSkips && (
        <Button onClick={act("rerun-from")} keys={keysOf("rerun-from")} title="Go on from the selected cell">
          From here
        </Button>
      )}
      {!bannerSkips && run.kind !== "attached" && (
        <Button
          onClick={act("skip")}
          disabled={!canSkip(run)}
          keys={keysOf("skip")}
          title={held ? "Do not run this cell" : "Do not run the next cell"}
        >
          Skip
        </Button>
      )}
      <Button onClick={act("stop")} disabled={run.status === "stopping"} keys={keysOf("stop")}>
        Stop
      </Button>
    </div>
  );
}
