import { useMemo, useState } from "react";
import type { KernelVariable } from "../../kernel/variables/read-variables.ts";
import { kernelAbsence } from "../inspection/kernel-absence.ts";
import { useSession } from "../session/hooks.ts";
import { changedNames, type ListChoice, listed, type SortKey } from "./sort-variables.ts";
import { useVariables } from "./use-variables.ts";
import { VariableRow } from "./variable-row.tsx";
import styles from "./variables-panel.module.css";

const COLUMNS: readonly (readonly [SortKey, string])[] = [
  ["name", "Name"],
  ["type", "Type"],
  ["size", "Size"],
];
/** More rows than anybody reads; the filter finds the others. */
const MAX_ROWS = 300;

/** What the kernel holds: name, type, sides, size and short value; live while cells run. */
export function VariablesPanel() {
  const { last, before, problem } = useVariables();
  const [choice, setChoice] = useState<ListChoice>({
    filter: "",
    key: "name",
    descending: false,
    all: false,
  });
  const variables = last?.type === "variables" ? last.variables : NONE;
  const rows = useMemo(() => listed(variables, choice), [variables, choice]);
  const changed = useMemo(
    () => changedNames(before?.type === "variables" ? before.variables : null, variables),
    [before, variables],
  );
  const sortBy = (key: SortKey): void =>
    setChoice({ ...choice, key, descending: key === choice.key ? !choice.descending : key === "size" });
  return (
    <section className={styles.panel} aria-labelledby="variables-title">
      <h2 id="variables-title">Variables</h2>
      <Note problem={problem?.code ?? null} message={problem?.message ?? null} last={last} />
      {last?.type === "variables" && (
        <>
          <div className={styles.choices}>
            <input
              type="search"
              className={styles.filter}
              aria-label="Filter variables"
              placeholder="Filter"
              value={choice.filter}
              onChange={(event) => setChoice({ ...choice, filter: event.target.value })}
            />
            <label className={styles.all}>
              <input
                type="checkbox"
                checked={choice.all}
                onChange={(event) => setChoice({ ...choice, all: event.target.checked })}
              />
              Code too
            </label>
          </div>
          {rows.length === 0 ? (
            <p className={styles.nothing}>
              {variables.some(({ sort }) => sort === "value")
                ? "Nothing fits the filter."
                : "No variables yet."}
            </p>
          ) : (
            <table className={styles.table}>
              <thead>
                <tr>
                  {COLUMNS.map(([key, label]) => (
                    <th
                      key={key}
                      scope="col"
                      className={styles[key]}
                      aria-sort={key !== choice.key ? "none" : choice.descending ? "descending" : "ascending"}
                    >
                      <button type="button" onClick={() => sortBy(key)}>
                        {label}
                        <span aria-hidden="true">
                          {key !== choice.key ? "" : choice.descending ? " ↓" : " ↑"}
                        </span>
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, MAX_ROWS).map((one) => (
                  <VariableRow key={one.name} variable={one} changed={changed.has(one.name)} />
                ))}
              </tbody>
            </table>
          )}
          <More
            shown={Math.min(rows.length, MAX_ROWS)}
            rows={rows.length}
            told={variables.length}
            count={last.count}
          />
        </>
      )}
    </section>
  );
}

const NONE: readonly KernelVariable[] = [];

function Note(props: {
  readonly problem: string | null;
  readonly message: string | null;
  readonly last: { readonly type: string; readonly language?: string } | null;
}) {
  const { problem, message, last } = props;
  const absence = useSession(kernelAbsence);
  const text =
    absence !== null
      ? absence
      : last?.type === "unsupported"
        ? `Only Python’s variables can be listed so far; this kernel speaks ${last.language}.`
        : problem === "kernel-busy"
          ? `The kernel is busy and answers nothing beside its cell${last === null ? "" : "; these are of before"}.`
          : problem !== null && message !== null
            ? message
            : null;
  return text === null ? null : <p className={styles.nothing}>{text}</p>;
}

function More(props: {
  readonly shown: number;
  readonly rows: number;
  readonly told: number;
  readonly count: number;
}) {
  const { shown, rows, told, count } = props;
  if (rows > shown) return <p className={styles.nothing}>{`${rows - shown} more: the filter finds them.`}</p>;
  if (count > told) return <p className={styles.nothing}>{`${count - told} more were not told in time.`}</p>;
  return null;
}
