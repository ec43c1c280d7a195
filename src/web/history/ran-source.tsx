import { useEffect, useState } from "react";
import type { TimelineEvent } from "../../api/timeline.ts";
import type { RunRecord, StepRecord } from "../../runs/run.ts";
import { CellId } from "../../util/ids.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import dialog from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf, api } from "../session/api.ts";
import { useCell, useSession } from "../session/hooks.ts";
import { formatDuration } from "../text/durations.ts";
import { timeText } from "./history-list.tsx";
import styles from "./ran-source.module.css";
import { TextDiffView } from "./text-diff-view.tsx";

interface RanSourceProps {
  /** Of a step: its run and its number in that. */
  readonly event: TimelineEvent;
  readonly onClose: () => void;
}

/** Exactly the source that a step of a run executed, as its record keeps it, and what the cell has become since. */
export function RanSource({ event, onClose }: RanSourceProps) {
  const { run, problem, retry } = useRun(event.runId ?? "");
  const step = run?.steps.find(({ ordinal }) => ordinal === event.ordinal);
  return (
    <Dialog title="What ran" onClose={onClose} wide>
      {problem !== null && (
        <>
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
          <Button onClick={retry}>Try again</Button>
        </>
      )}
      {run === null && problem === null && <p role="status">Reading the run’s record…</p>}
      {run !== null && step === undefined && (
        <p className={styles.facts}>The run’s record does not have this step any more.</p>
      )}
      {run !== null && step !== undefined && <Ran run={run} step={step} onClose={onClose} />}
    </Dialog>
  );
}

function Ran({ run, step, onClose }: { run: RunRecord; step: StepRecord; onClose: () => void }) {
  const page = usePage();
  const cellId = CellId.of(step.cellId);
  const cell = useCell(cellId);
  const { edit } = useSession((state) => state.rights);
  const [showsSource, setShowsSource] = useState(false);
  const isSame = cell?.source === step.source;
  const canCompare = cell !== undefined && !isSame;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(step.source);
      page.tell("The source that ran is copied.");
    } catch {
      page.tell("The browser does not let this page copy. Select the text and copy it yourself.", {
        tone: "bad",
      });
    }
  };
  const putBack = (): void => {
    if (!page.apply({ type: "set-source", id: cellId, source: step.source })) return;
    onClose();
    page.tell("The cell has the source that ran.", {
      action: { label: "Undo", run: () => void page.model.undo.undo() },
    });
  };
  return (
    <>
      <p className={styles.facts}>{factsText(run, step)}</p>
      {step.error !== null && <p className={styles.problem}>{step.error}</p>}
      <p className={styles.state}>{stateText(cell?.source, step.source, page.ids().indexOf(cellId))}</p>
      {canCompare && !showsSource ? (
        <TextDiffView before={step.source} after={cell.source} sideBySide={false} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
        <pre className={styles.source} tabIndex={0}>
          {step.source}
        </pre>
      )}
      <p className={styles.hash}>
        SHA-256 of what ran <code>{step.sourceHash}</code>
      </p>
      <div className={dialog.actions}>
        {canCompare && (
          <Button look="quiet" onClick={() => setShowsSource(!showsSource)}>
            {showsSource ? "What changed since" : "All of what ran"}
          </Button>
        )}
        <Button onClick={() => void copy()}>Copy what ran</Button>
        {canCompare && edit && <Button onClick={putBack}>Put it back into the cell</Button>}
      </div>
    </>
  );
}

function factsText({ snapshot }: RunRecord, step: StepRecord): string {
  const { startedAtMs, endedAtMs, executionCount } = step;
  return [
    `Step ${step.ordinal} of ${snapshot.name}`,
    startedAtMs === null ? "never started" : timeText(startedAtMs),
    startedAtMs === null || endedAtMs === null ? "" : `took ${formatDuration(endedAtMs - startedAtMs)}`,
    executionCount === null ? "" : `[${executionCount}]`,
  ]
    .filter((fact) => fact !== "")
    .join(" · ");
}

function stateText(now: string | undefined, ran: string, position: number): string {
  if (now === undefined) return "The cell is gone from the notebook.";
  const name = position === -1 ? "The cell" : `Cell ${position + 1}`;
  return now === ran
    ? `${name} has the same source now.`
    : `${name} has another source now: − ran, + is new.`;
}

function useRun(id: string) {
  const [run, setRun] = useState<RunRecord | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    let isWanted = true;
    setProblem(null);
    void answerOf(api.run(id)).then((answer) => {
      if (!isWanted) return;
      if (answer.ok) setRun(answer.value);
      else setProblem(answer.message);
    });
    return () => {
      isWanted = false;
    };
  }, [id, attempt]);
  return { run, problem, retry: () => setAttempt(attempt + 1) };
}
