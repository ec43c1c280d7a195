/** What an attached run hears, and what it asks its shell to do. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { Party } from "../../people/party.ts";
import type { AskedQuestion, DeclaredParameter, ShownBundle } from "../../telemetry/facts.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import type { CommandResult, RunCommand, RunEventRecord } from "../run.ts";
import type { AttachedWriter } from "./state.ts";

export type AttachedEvent = { readonly atMs: number } & (
  | { readonly type: "joined"; readonly writer: AttachedWriter }
  /** The process got the values in force with the answer to its request. */
  | { readonly type: "told" }
  | { readonly type: "facts"; readonly facts: readonly PlacedFact[] }
  | { readonly type: "command"; readonly command: RunCommand; readonly by: Party }
  /**
   * The parameters' cells as they are now. `first`: their values are in force, else they are changes by `by`, under
   * this id.
   */
  | {
      readonly type: "specs-read";
      readonly specs: readonly ParameterSpec[];
      readonly declared?: readonly DeclaredParameter[];
      readonly first?: true;
      readonly by: Party;
      readonly changeId: string;
    }
  /** The process is gone, or said nothing for too long. */
  | { readonly type: "gone"; readonly why: string; readonly lastWords: readonly string[] }
  /** It asked for news, so it lives. */
  | { readonly type: "came-back" }
  | { readonly type: "cell-made"; readonly role: string }
);

export type AttachedEffect =
  | { readonly type: "record-event"; readonly event: RunEventRecord }
  /** Into the cells that assign these names. */
  | { readonly type: "write-values"; readonly values: ParameterValues }
  /** Into the parameters' cell, where it lacks them. */
  | { readonly type: "declare"; readonly parameters: readonly DeclaredParameter[] }
  | { readonly type: "show"; readonly name: string; readonly shown: ShownBundle }
  | { readonly type: "ask"; readonly question: AskedQuestion; readonly askedAtMs: number }
  | { readonly type: "withdraw-question"; readonly key: string }
  | {
      readonly type: "answer-taken";
      readonly key: string;
      readonly answerId: string;
      readonly takenAtMs: number;
    }
  /** End the process by a signal, where it can be reached. */
  | { readonly type: "signal"; readonly by: Party };

export type AttachedRefusal = Omit<Extract<CommandResult, { ok: false }>, "ok">;

export interface AttachedDecision<State> {
  readonly state: State;
  readonly effects: readonly AttachedEffect[];
  readonly refusal: AttachedRefusal | null;
}

export type Detail = Readonly<Record<string, JsonValue>>;
