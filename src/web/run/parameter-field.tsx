import { lazy, Suspense, useId, useState } from "react";
import { CheckIcon, CloseIcon } from "../parts/icons.tsx";
import { useNow } from "../session/hooks.ts";
import type { ParameterSpec, RunSnapshot } from "../session/types.ts";
import { formatAgo } from "../text/durations.ts";
import {
  type ChangeStanding,
  fieldOf,
  formatValue,
  printLiteral,
  type StagedField,
  standingOf,
  valueInForce,
} from "./parameter-form.ts";
import styles from "./parameters-panel.module.css";

const ParameterSlider = lazy(async () => ({
  default: (await import("./parameter-slider.tsx")).ParameterSlider,
}));

interface ParameterFieldProps {
  readonly spec: ParameterSpec;
  readonly run: RunSnapshot | null;
  /** What is typed in; undefined: nothing, the value in force is shown. */
  readonly text: string | undefined;
  readonly staged: StagedField | null;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

/** One parameter: its name, its field, and one line on where it stands. */
export function ParameterField({ spec, run, text, staged, disabled, onText }: ParameterFieldProps) {
  const id = useId();
  const now = useNow(15_000, run !== null);
  const value = text ?? formatValue(valueInForce(spec, run), spec);
  // A refusal that was read; a later one stands again.
  const [readAtMs, setReadAtMs] = useState<number | null>(null);
  const newest = standingOf(spec.name, run);
  const standing = newest?.type === "refused" && newest.atMs === readAtMs ? null : newest;
  const isRefused = standing?.type === "refused" && staged === null;
  const hint = hintOf(spec, staged, standing, now);
  const kind = fieldOf(spec);
  const wide = (kind === "text" || kind === "literal") && value.length > 14;
  const { min = null, max = null } = spec.range ?? {};
  const inLine = kind === "choice" && fitsInLine(spec);
  const slider = kind === "number" && min !== null && max !== null && max > min ? { min, max } : null;
  const wrong = staged !== null && !staged.parsed.ok;
  const shared = {
    id,
    disabled,
    "data-parameter-field": spec.name,
    "aria-describedby": hint === null ? undefined : `${id}-hint`,
    "aria-invalid": wrong ? (true as const) : undefined,
  };
  const className = [
    styles.input,
    kind === "number" ? styles.number : "",
    wrong ? styles.wrong : staged ? styles.isStaged : "",
  ].join(" ");
  return (
    <div className={`${styles.field} ${wide ? styles.wide : ""} ${isRefused ? styles.isRefused : ""}`}>
      {inLine ? (
        <span className={styles.label} id={`${id}-name`}>
          {spec.name}
        </span>
      ) : (
        <label className={styles.label} htmlFor={id}>
          {spec.name}
        </label>
      )}
      {inLine ? (
        <fieldset
          className={styles.segments}
          aria-labelledby={`${id}-name`}
          aria-describedby={shared["aria-describedby"]}
        >
          {spec.choices?.map((choice) => {
            const shown = formatValue(choice, spec);
            return (
              <label key={shown}>
                <input
                  type="radio"
                  name={id}
                  data-parameter-field={spec.name}
                  checked={value === shown}
                  disabled={disabled}
                  onChange={() => onText(shown)}
                />
                <span>{shown}</span>
              </label>
            );
          })}
        </fieldset>
      ) : kind === "choice" ? (
        <select
          {...shared}
          className={className}
          value={value}
          onChange={(event) => onText(event.target.value)}
        >
          {spec.choices?.map((choice) => {
            const shown = formatValue(choice, spec);
            return (
              <option key={shown} value={shown}>
                {shown}
              </option>
            );
          })}
        </select>
      ) : kind === "switch" ? (
        <input
          {...shared}
          className={styles.switch}
          type="checkbox"
          checked={value === "True"}
          onChange={(event) => onText(event.target.checked ? "True" : "False")}
        />
      ) : (
        <input
          {...shared}
          className={className}
          type="text"
          inputMode={kind === "number" ? "decimal" : "text"}
          spellCheck={false}
          autoComplete="off"
          value={value}
          onChange={(event) => onText(event.target.value)}
        />
      )}
      {slider !== null && (
        <Suspense fallback={null}>
          <ParameterSlider
            label={spec.name}
            range={slider}
            whole={spec.type === "int"}
            value={Number(value)}
            disabled={disabled}
            onValue={onText}
          />
        </Suspense>
      )}
      {hint !== null && (
        <span id={`${id}-hint`} className={`${styles.hint} ${hint.tone === null ? "" : styles[hint.tone]}`}>
          {hint.tick && (
            <span className={styles.tick}>
              <CheckIcon />
            </span>
          )}
          {hint.text}
        </span>
      )}
      {isRefused && (
        <button
          type="button"
          className={styles.read}
          aria-label={`Read: ${spec.name} was not taken`}
          onClick={() => setReadAtMs(standing.atMs)}
        >
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

/** A few short choices are seen at once, and taken by one press. */
function fitsInLine({ choices }: ParameterSpec): boolean {
  if (choices === null || choices.length < 2 || choices.length > 4) return false;
  return choices.map(String).join("").length <= 22;
}

interface Hint {
  readonly text: string;
  readonly tone: "person" | "bad" | null;
  readonly tick?: boolean;
}

function hintOf(
  spec: ParameterSpec,
  staged: StagedField | null,
  standing: ChangeStanding | null,
  now: number,
): Hint | null {
  if (staged !== null && !staged.parsed.ok) return { text: staged.parsed.message, tone: "bad" };
  if (staged !== null) {
    const was = staged.from === undefined ? spec.defaultSource : printLiteral(staged.from);
    return { text: `was ${was}`, tone: "person" };
  }
  if (standing?.type === "asked") {
    return {
      text: `${printLiteral(standing.value)} asked by ${standing.by}, applies at the next step`,
      tone: "person",
    };
  }
  if (standing?.type === "refused")
    return {
      text: `${standing.value === undefined ? "" : `${printLiteral(standing.value)} `}not taken: ${standing.why}`,
      tone: "bad",
    };
  if (standing?.type === "taken") {
    return {
      text: `${standing.by ?? "changed"}, ${formatAgo(now - standing.atMs, standing.atMs)} · taken`,
      tone: null,
      tick: true,
    };
  }
  const range = spec.range && spec.help === null ? rangeText(spec.range) : null;
  const text = spec.help ?? range;
  return text === null ? null : { text, tone: null };
}

function rangeText({ min, max }: NonNullable<ParameterSpec["range"]>): string | null {
  if (min !== null && max !== null) return `${min} … ${max}`;
  if (min !== null) return `at least ${min}`;
  return max === null ? null : `at most ${max}`;
}
