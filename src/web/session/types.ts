/** The nouns of the live channel and of HTTP under the names that the page uses, taken from the contract. */

import type { NotebookView, ParametersView } from "../../api/http.ts";
import type { LiveMessage, Presence } from "../../api/live.ts";

type Hello = Extract<LiveMessage, { type: "hello" }>;

export type Party = Presence["party"];
export type Rights = Hello["rights"];
export type KernelView = NotebookView["kernel"];
export type SaveState = NotebookView["save"];
export type RunSnapshot = NonNullable<NotebookView["run"]>;
export type RunStatus = RunSnapshot["status"];
export type RunEvent = RunSnapshot["recentEvents"][number];
export type StepStatus = RunSnapshot["steps"][keyof RunSnapshot["steps"]];
export type Hold = NonNullable<RunSnapshot["hold"]>;
export type CellExecution = Hello["executions"][string];
export type CellOutcome = NonNullable<CellExecution["outcome"]>;
export type PendingInput = Hello["inputs"][number];
export type ParameterSpec = ParametersView["parameters"][number];
export type ParameterValues = RunSnapshot["values"];
