/**
 * An attached run as its reducer sees it: what its process told, what people want of it, and how far its logs were
 * taken. It is kept in the ledger as it is (JSON), so that a fact counts once whatever is killed.
 */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { Party } from "../../people/party.ts";
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import type { StagedChange } from "../machine/state.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import type { Hold, RunSnapshot } from "../run.ts";

/** One process of the run. */
export interface AttachedWriter {
  readonly id: string;
  readonly rank: number;
  readonly pid: number;
  readonly host: string;
  readonly language: string;
  /** On this machine: tells it apart from a later process of its pid. Null: another machine's. */
  readonly identity: { readonly pid: number; readonly start: string } | null;
  readonly ended: boolean;
}

/** What people want of it now; each wish has an id of its own. */
export interface Wish {
  readonly state: "go" | "pause" | "step" | "stop";
  readonly id: string;
  readonly by: Party | null;
}

export interface AttachedChange extends StagedChange {
  /** Somebody typed it into the parameters' cell. */
  readonly inSource?: true;
}

export interface AttachedEnd {
  readonly status: "completed" | "failed" | "stopped" | "died";
  readonly outcome: string | null;
  readonly exitCode: number;
  readonly atMs: number;
  /** Nobody told it: the process is gone, or says nothing any more. What its log tells later counts more. */
  readonly isPresumed: boolean;
}

/** A question that it may wait for; those of `ask_many` are not among them. */
export interface OpenQuestion {
  readonly key: string;
  readonly prompt: string;
  readonly form: string;
  readonly choices: readonly JsonValue[];
  readonly deadlineMs: number | null;
  readonly default: JsonValue | undefined;
}

/** Where it is. `fromIndex` at `fromMs`: since when its pace is measured, time on hold left out. */
export interface AttachedStep {
  readonly index: number;
  readonly total: number | null;
  readonly label: string | null;
  readonly atMs: number;
  readonly fromIndex: number;
  readonly fromMs: number;
}

export interface ShownArtefact {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type RefusedChange = NonNullable<RunSnapshot["refusedChanges"]>[number];

export interface AttachedState {
  readonly self: Party;
  readonly writers: readonly AttachedWriter[];
  /** Whose steps, parameters and end are the run's. */
  readonly leader: string | null;
  /** By writer: facts up to this offset were taken. */
  readonly taken: Readonly<Record<string, number>>;
  readonly wish: Wish;
  readonly held: Hold | null;
  readonly step: AttachedStep | null;
  readonly end: AttachedEnd | null;
  readonly declared: readonly DeclaredParameter[];
  readonly specs: readonly ParameterSpec[];
  readonly values: ParameterValues;
  /** Names whose value the process was given when it joined. */
  readonly told: readonly string[];
  readonly staged: readonly AttachedChange[];
  /** Ids of the newest changes that were taken or refused (at most 100). */
  readonly settledChanges: readonly string[];
  readonly refused: readonly RefusedChange[];
  readonly questions: readonly OpenQuestion[];
  readonly artefacts: readonly ShownArtefact[];
  /** Cells that were made for this run, by role; one that is not in the notebook any more was deleted by somebody. */
  readonly cells: readonly string[];
  /** Events that the process itself told; only the first thousand are kept. */
  readonly ownEvents: number;
  readonly seq: number;
  /** It lives inside of the notebook's kernel, beside whatever run goes on there. */
  readonly within?: true;
}

export const MAX_WRITERS = 1_024;

export function initialAttached(self: Party, isWithin = false): AttachedState {
  return {
    self,
    ...(isWithin && ({ within: true } as const)),
    writers: [],
    leader: null,
    taken: {},
    wish: { state: "go", id: "w0", by: null },
    held: null,
    step: null,
    end: null,
    declared: [],
    specs: [],
    values: {},
    told: [],
    staged: [],
    settledChanges: [],
    refused: [],
    questions: [],
    artefacts: [],
    cells: [],
    ownEvents: 0,
    seq: 0,
  };
}
