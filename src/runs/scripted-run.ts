/** For tests of the state machine: a run over named cells, driven as the shell would, without document or kernel. */
import type { Party } from "../people/party.ts";
import { CellId } from "../util/ids.ts";
import { begin, decide } from "./decide.ts";
import type { CellResult, RunEffect, RunEvent } from "./machine/events.ts";
import { holdOf, initialState, type RunState } from "./machine/state.ts";
import { defaultRunOptions } from "./options.ts";
import type { RunCommand, RunOptions } from "./run.ts";

export const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
export const self: Party = { kind: "pipeline", who: "run_1", using: "train", displayName: "train" };

/** A run over cells a, b, c … as the shell would drive it, without a document or a kernel. */
export function aRun(
  cells: string,
  options: Partial<RunOptions> = {},
  tags: Record<string, "hold" | "raises"> = {},
) {
  const state = initialState({
    options: { ...defaultRunOptions, ...options },
    self,
    parameters: [
      {
        name: "lr",
        type: "float",
        declaredType: null,
        defaultValue: 0.1,
        defaultSource: "0.1",
        help: null,
        range: null,
        choices: null,
        cellId: CellId.of("a"),
      },
    ],
    values: { lr: 0.1 },
  });
  const run = {
    state: state as RunState,
    effects: [] as RunEffect[],
    steps: [] as string[],
    place: 0,
    atMs: 0,
    feed(event: Record<string, unknown> & { type: RunEvent["type"] }) {
      const decision = decide(run.state, { ...event, atMs: run.atMs++ } as RunEvent);
      run.take(decision);
      return decision.refusal;
    },
    take(decision: ReturnType<typeof decide>) {
      run.state = decision.state;
      run.effects.push(...decision.effects);
      for (const effect of decision.effects) run.perform(effect);
    },
    perform(effect: RunEffect) {
      if (effect.type === "read-next-cell") {
        const id = cells[run.place];
        run.feed({
          type: "next-cell",
          cell:
            id === undefined
              ? null
              : {
                  id: CellId.of(id),
                  label: `cell ${id}`,
                  source: id,
                  sourceHash: id,
                  holdsBefore: tags[id] === "hold",
                  why: null,
                  allowsError: tags[id] === "raises",
                },
        });
      } else if (effect.type === "pass-cell" || effect.type === "skip-cell") {
        run.place = cells.indexOf(effect.cellId) + 1;
        if (effect.type === "skip-cell") run.steps.push(`${effect.cellId} skipped`);
      } else if (effect.type === "place-before") run.place = cells.indexOf(effect.cellId);
      else if (effect.type === "record-step" && effect.step.status !== "running") {
        run.steps.push(`${effect.step.cellId} ${effect.step.status}`);
      }
    },
    ready() {
      return run.feed({ type: "kernel-ready", kernel: "Python 3" });
    },
    settle(result: CellResult) {
      const { phase } = run.state;
      if (phase.type !== "executing") throw new Error(`no cell runs, the run is ${phase.type}`);
      return run.feed({ type: "cell-settled", cellId: phase.cellId, result, executionCount: 1 });
    },
    done: () => run.settle({ type: "completed" }),
    ask(command: RunCommand) {
      return run.feed({ type: "command", command, by: ana, cellExists: true });
    },
    at() {
      const { phase } = run.state;
      return phase.type === "executing" ? phase.cellId : (holdOf(run.state)?.kind ?? phase.type);
    },
    asked: (type: RunEffect["type"]) => run.effects.filter((effect) => effect.type === type),
    end() {
      const { phase } = run.state;
      return phase.type === "ending" || phase.type === "ended" ? phase.end : null;
    },
  };
  run.take(begin(state, 0, ana));
  return run;
}

export const valueError: CellResult = { type: "failed", ename: "ValueError", evalue: "no" };
