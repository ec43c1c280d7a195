import type { LogLevel } from "../../telemetry/facts.ts";
import { LEVELS } from "../../telemetry/fallback/summary-words.ts";
import styles from "./level-mark.module.css";

/** A sign of its own for each level: colour alone says nothing. */
const SIGNS: Readonly<Record<LogLevel, string>> = {
  critical: "‼",
  error: "✕",
  warning: "▲",
  info: "●",
  debug: "·",
};

export function LevelSign({ level }: { readonly level: LogLevel }) {
  return (
    <span className={`${styles.sign} ${styles[level]}`} aria-hidden="true">
      {SIGNS[level]}
    </span>
  );
}

type Counts = Readonly<Record<LogLevel, number>>;

/** How many lines there are of each level that there is. */
export function LevelCounts({ counts }: { readonly counts: Counts }) {
  const shown = LEVELS.filter((level) => counts[level] > 0);
  if (shown.length === 0) return null;
  return (
    <ul className={styles.counts} aria-label="Lines of the log by level">
      {shown.map((level) => (
        <li key={level}>
          <LevelSign level={level} /> {counts[level].toLocaleString("en")} {level}
        </li>
      ))}
    </ul>
  );
}

interface LevelFilterProps {
  readonly counts: Counts;
  /** Empty: all. */
  readonly chosen: readonly LogLevel[];
  readonly onChange: (chosen: readonly LogLevel[]) => void;
}

export function LevelFilter({ counts, chosen, onChange }: LevelFilterProps) {
  return (
    <fieldset className={styles.filter}>
      <legend className="visually-hidden">Levels that are shown</legend>
      {LEVELS.filter((level) => counts[level] > 0 || chosen.includes(level)).map((level) => {
        const isChosen = chosen.includes(level);
        return (
          <button
            key={level}
            type="button"
            className={styles.level}
            aria-pressed={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== level) : [...chosen, level])}
          >
            <LevelSign level={level} /> {level} <b>{counts[level].toLocaleString("en")}</b>
          </button>
        );
      })}
    </fieldset>
  );
}
