import type { GitView } from "../../api/history.ts";
import { Button } from "../parts/button.tsx";
import { formatAgo } from "../text/durations.ts";
import { gitTitle } from "./git-title.ts";
import styles from "./history.module.css";

interface CompareWithProps {
  /** Null: not known yet. */
  readonly git: GitView | null;
  readonly isGit: boolean;
  readonly lastRun: boolean;
  readonly onGit: () => void;
  /** Null: no run has ended yet. */
  readonly onLastRun: (() => void) | null;
}

/** What one asks for most: against git's last commit, and what the last run left. */
export function CompareWith({ git, isGit, lastRun, onGit, onLastRun }: CompareWithProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms.
    <div className={styles.with} role="group" aria-label="Compare with">
      {git?.type === "head" && (
        <Button
          aria-pressed={isGit}
          title={`${git.author}, ${formatAgo(Date.now() - git.atMs, git.atMs)}`}
          onClick={onGit}
        >
          <span className={styles.withText}>{gitTitle(git)}</span>
        </Button>
      )}
      {onLastRun !== null && (
        <Button aria-pressed={lastRun} onClick={onLastRun}>
          The last run’s end
        </Button>
      )}
      {git?.type === "none" && <p className={styles.nothing}>{git.message}</p>}
    </div>
  );
}
