/** Puts attached runs into a host: its notebooks, its runs, its ledger. */
import type { Questions } from "../../review/question.ts";
import type { RunStore } from "../../runs/run-store.ts";
import type { TelemetryStore } from "../../telemetry/telemetry-store.ts";
import type { Host } from "../../usecases/host.ts";
import type { LiveRun } from "../../usecases/live-run.ts";
import type { Clock } from "../../util/clock.ts";
import type { NotebookId } from "../../util/ids.ts";
import { type Logger, silentLogger } from "../../util/logger.ts";
import { LocalAttachedRuns } from "./attached-runs.ts";

interface Inside {
  readonly telemetry: TelemetryStore;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly version: string;
  readonly store: () => RunStore;
  readonly goingRunOf: (id: NotebookId) => LiveRun | undefined;
  readonly onRun: (run: LiveRun) => void;
}

export function attachedRunsOf(
  host: Pick<Host, "openNotebook" | "reopenNotebook" | "notebook" | "onRun">,
  { questions, logger = silentLogger, ...inside }: Inside,
): LocalAttachedRuns {
  return new LocalAttachedRuns({
    ...inside,
    logger,
    questions: () => questions,
    openNotebook: (path) => host.openNotebook(path),
    notebook: (id) => host.notebook(id),
    onNotebookRun: (listener) => host.onRun(listener),
    reopenNotebook: (id) => host.reopenNotebook(id),
  });
}
