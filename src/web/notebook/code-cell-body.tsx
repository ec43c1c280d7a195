import type { CellSnapshot } from "../../document/live-notebook.ts";
import { StaticCode } from "../editor/static-code.tsx";
import { OutputArea } from "../outputs/output-area.tsx";
import { deathText, notRunText, stepNote } from "../run/run-text.ts";
import { useModel, useSession } from "../session/hooks.ts";
import type { CellExecution } from "../session/types.ts";
import { useView } from "../session/view.ts";
import { formatDuration } from "../text/durations.ts";
import styles from "./cell-view.module.css";
import { EditableSource } from "./editable-source.tsx";
import { isScrolled } from "./folding/fold-marks.ts";
import { ScrolledOutputs } from "./folding/scrolled-outputs.tsx";
import { useIsFolded } from "./folding/use-folding.ts";
import { useKept } from "./kept-state.ts";
import { usePage } from "./page-context.ts";

export function CodeCellBody({ cell, editing }: { cell: CellSnapshot; editing: boolean }) {
  const language = useLanguage();
  const execution = useSession((state) => state.executions[cell.id]);
  const step = useSession((state) => state.run?.steps[cell.id]);
  const running = cell.executionState === "running" || execution?.state === "running";
  const note = executionNote(execution) ?? (execution ? null : stepNote(step));
  const page = usePage();
  const code = useView((view) => (view.isReader ? view.code : "shown"));
  const [opened, setOpened] = useKept("code", false);
  const isFolded = useIsFolded(cell.id, "source");
  const hidesSource = (isFolded || (code === "folded" && !opened)) && !editing;
  const hidesOutputs = useIsFolded(cell.id, "outputs") && cell.outputs.length > 0;
  return (
    <>
      {code === "hidden" ? null : hidesSource ? (
        <button
          type="button"
          className={styles.hidden}
          onClick={() => {
            setOpened(true);
            if (isFolded) page.fold([cell.id], "source", false);
          }}
        >
          {count(cell.source.split("\n").length, "line")} of code
        </button>
      ) : (
        <EditableSource cell={cell} editing={editing} language={language} className={styles.source ?? ""}>
          <StaticCode code={cell.source} language={language} cell={cell.id} />
        </EditableSource>
      )}
      {note !== null && <p className={styles.note}>{note}</p>}
      {hidesOutputs ? (
        <button
          type="button"
          className={styles.hidden}
          onClick={() => page.fold([cell.id], "outputs", false)}
        >
          {count(cell.outputs.length, "output")}
        </button>
      ) : (
        <ScrolledOutputs scrolled={isScrolled(cell)}>
          <OutputArea outputs={cell.outputs} running={running} />
        </ScrolledOutputs>
      )}
    </>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The language of the notebook's code: what its kernel says, else what its file says. */
function useLanguage(): string {
  const model = useModel();
  const kernel = useSession((state) => state.kernel.language);
  if (kernel !== null) return kernel.toLowerCase();
  const { language_info: info, kernelspec } = model.live.metadata();
  for (const [value, key] of [
    [info, "name"],
    [kernelspec, "language"],
  ] as const) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const name = value[key];
      if (typeof name === "string") return name.toLowerCase();
    }
  }
  return "python";
}

/** What the outputs do not tell by themselves. */
function executionNote(execution: CellExecution | undefined): string | null {
  if (execution?.state !== "done") return null;
  const { outcome, startedAtMs, endedAtMs } = execution;
  if (execution.lane === "subshell" && outcome?.type === "completed") {
    const took =
      startedAtMs !== null && endedAtMs !== null ? ` · ${formatDuration(endedAtMs - startedAtMs)}` : "";
    return `ran beside the pipeline, in a subshell${took}`;
  }
  switch (outcome?.type) {
    case "timed-out":
      return `Timed out after ${formatDuration(outcome.afterMs)}.`;
    case "interrupted":
      return outcome.by ? `Interrupted by ${outcome.by.displayName}.` : "Interrupted.";
    case "died":
      return deathText(outcome.death);
    case "aborted":
      return notRunText(outcome.reason);
    default:
      return null;
  }
}
