import type { Questions } from "../../review/question.ts";
import type { AttachedState } from "../../runs/attached/state.ts";
import type { RunEventRecord } from "../../runs/run.ts";
import type { RunStore } from "../../runs/run-store.ts";
import type { RunTelemetry } from "../../telemetry/telemetry-store.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { Clock } from "../../util/clock.ts";
import type { RunId } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";
import type { NotebookWishOptions } from "./notebook-wish.ts";

export interface AttachedRunOptions {
  readonly id: RunId;
  readonly session: NotebookSession;
  readonly telemetry: RunTelemetry;
  readonly questions: Questions | undefined;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly name: string;
  readonly startedAtMs: number;
  /** As it was kept, or a new one. */
  readonly state: AttachedState;
  readonly recentEvents: readonly RunEventRecord[];
  /** Of a process in the notebook's kernel: the notebook's run, whose pause and stop are its. */
  readonly notebookRun?: Omit<NotebookWishOptions, "onNews">;
}
