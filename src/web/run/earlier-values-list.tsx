import { useEffect, useState } from "react";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { CheckIcon } from "../parts/icons.tsx";
import { PartyMark } from "../parts/party-mark.tsx";
import { answerOf, api } from "../session/api.ts";
import { useNow, useSession } from "../session/hooks.ts";
import type { ParameterSpec, RunSnapshot } from "../session/types.ts";
import { formatAgo } from "../text/durations.ts";
import { type EarlierValue, earlierValues } from "./earlier-values.ts";
import { formatValue, printLiteral } from "./parameter-form.ts";
import styles from "./parameters-panel.module.css";

interface EarlierValuesListProps {
  readonly specs: readonly ParameterSpec[];
  readonly disabled: boolean;
  /** Stages it, as if it had been typed. */
  readonly onUse: (name: string, text: string) => void;
}

const RUNS = 30;
const SHOWN = 40;

/** Earlier values, from the records of this notebook's runs: who, when, why, and whether it was taken. */
export function EarlierValuesList({ specs, disabled, onUse }: EarlierValuesListProps) {
  const page = usePage();
  const now = useNow(30_000);
  const run = useSession((state) => state.run);
  const [runs, setRuns] = useState<readonly RunSnapshot[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const path = useSession((state) => state.path);
  const settled = run === null ? "" : `${run.id} ${run.recentEvents.at(-1)?.seq ?? 0}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when something was settled.
  useEffect(() => {
    let wanted = true;
    if (path === null) return;
    void answerOf(api.runHistory({ path, limit: RUNS })).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.message);
      if (answer.ok) setRuns(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [page, path, settled]);
  if (problem !== null) return <p role="alert">{problem}</p>;
  if (runs === null) return <p aria-busy="true">They are being looked up.</p>;
  // The one that goes on is known better here.
  const all = run === null ? runs : [run, ...runs.filter(({ id }) => id !== run.id)];
  const values = earlierValues(all, new Set(specs.map(({ name }) => name))).slice(0, SHOWN);
  if (values.length === 0) return <p>No run has had other values yet.</p>;
  return (
    <ol>
      {values.map((one) => {
        const spec = specs.find(({ name }) => name === one.name);
        return (
          <li key={one.key}>
            <PartyMark party={one.by} small />
            <div>
              <code>
                {one.name} = {printLiteral(one.value)}
              </code>
              <p className={one.outcome.type === "refused" ? styles.refused : undefined}>
                {one.outcome.type === "taken" && (
                  <span className={styles.tick}>
                    <CheckIcon />
                  </span>
                )}
                {one.by.displayName}, {formatAgo(now - one.atMs, one.atMs)} · {outcomeText(one)}
              </p>
              {one.reason !== null && <p>“{one.reason}”</p>}
            </div>
            {spec !== undefined && (
              <Button
                look="quiet"
                disabled={disabled}
                aria-label={`Use ${one.name} = ${printLiteral(one.value)}`}
                onClick={() => onUse(one.name, formatValue(one.value, spec))}
              >
                Use
              </Button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function outcomeText({ outcome }: EarlierValue): string {
  switch (outcome.type) {
    case "taken":
      return "taken";
    case "waiting":
      return "not taken yet";
    case "discarded":
      return "taken back";
    case "run":
      return "a run began with it";
    case "refused":
      return `not taken: ${outcome.why}`;
  }
}
