import { clockTime } from "../../telemetry/fallback/logs-text.ts";
import { LevelSign } from "./level-mark.tsx";
import styles from "./logs.module.css";
import { telemetryOf, useRead } from "./run-feed.ts";

interface LogTemplatesProps {
  readonly runId: string;
  /** Of lines: when there are more, patterns are read again. */
  readonly total: number;
  readonly chosen: number | null;
  readonly onChoose: (template: { readonly id: number; readonly pattern: string } | null) => void;
}

/** More patterns than these are no summary any more. */
const SHOWN = 200;

/** Lines that differ only in their variable parts, as one; new and rare ones first. */
export function LogTemplates({ runId, total, chosen, onChoose }: LogTemplatesProps) {
  const { value } = useRead(`${runId} ${total}`, (signal) => telemetryOf(runId).templates(signal));
  const templates = value?.type === "read" ? value.value : [];
  return (
    <section className={styles.templates} aria-label="Patterns of lines, new and rare ones first">
      <ul>
        {templates.slice(0, SHOWN).map(({ id, level, pattern, count, lastTimeMs, example }) => (
          <li key={id}>
            <button
              type="button"
              className={styles.template}
              aria-pressed={chosen === id}
              title={`For example: ${example.slice(0, 300)}`}
              onClick={() => onChoose(chosen === id ? null : { id, pattern })}
            >
              <span className={styles.times}>{count.toLocaleString("en")}</span>
              <LevelSign level={level} />
              <span className="visually-hidden">{level}</span>
              <code className={styles.pattern}>{patternParts(pattern)}</code>
              <span className={styles.time}>{clockTime(lastTimeMs).slice(0, 8)}</span>
            </button>
          </li>
        ))}
      </ul>
      {templates.length > SHOWN && (
        <p className={styles.note}>
          {(templates.length - SHOWN).toLocaleString("en")} more patterns: search for them.
        </p>
      )}
    </section>
  );
}

function patternParts(pattern: string) {
  return pattern.split("<*>").flatMap((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other identity.
    index === 0 ? [part] : [<i key={index}>…</i>, part],
  );
}
