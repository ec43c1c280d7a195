import { useMemo, useRef } from "react";
import type { SummaryFace } from "../../telemetry/faces.ts";
import { troubleSentences } from "../../telemetry/fallback/summary-words.ts";
import { formatValue } from "../../telemetry/format-value.ts";
import type { RendererProps } from "../outputs/renderers.ts";
import { useIsNear } from "../session/use-outputs.ts";
import { formatBytes } from "../text/sizes.ts";
import { summaryFaceOf } from "./faces-of.ts";
import { LevelCounts } from "./level-mark.tsx";
import { telemetryOf, useRead, useRunState } from "./run-feed.ts";
import { Spark } from "./spark.tsx";
import styles from "./summary.module.css";

/** What a run told so far, at a glance. */
export function SummaryOutput({ value, fallback }: RendererProps) {
  const face = useMemo(() => summaryFaceOf(value), [value]);
  return face === null ? fallback : <Summary key={face.runId} face={face} />;
}

function Summary({ face }: { readonly face: SummaryFace }) {
  const root = useRef<HTMLElement>(null);
  const isNear = useIsNear(root);
  const state = useRunState(face.runId);
  const { value } = useRead(isNear ? state : null, (signal) => telemetryOf(face.runId).overview(signal));
  // The notebook's own face comes twice a second; what is read here is newer, as long as the run is kept here.
  const now = value?.type === "read" ? value.value : null;
  const known = useMemo(() => new Map(now?.series.map((series) => [series.name, series])), [now]);
  const troubles = troubleSentences(now?.troubles ?? face.troubles);
  const { step, total } = face;
  return (
    <section
      ref={root}
      className={styles.summary}
      aria-label={`Telemetry of ${face.name}`}
      data-telemetry="summary"
    >
      <header className={styles.head}>
        <strong>{face.name}</strong>
        {step !== null && (
          <span className={styles.step}>
            step {step.toLocaleString("en")}
            {total !== null && ` of ${total.toLocaleString("en")}`}
          </span>
        )}
        {step !== null && total !== null && total > 0 && (
          <progress
            className={styles.progress}
            max={total}
            value={Math.min(step, total)}
            aria-label="Steps done"
          />
        )}
        <LevelCounts counts={now?.logs.counts ?? face.logs} />
      </header>
      {face.series.length > 0 && (
        <div className={styles.view}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">series</th>
                <th scope="col">course</th>
                <th scope="col">last</th>
                <th scope="col">lowest</th>
                <th scope="col">highest</th>
                <th scope="col">points</th>
              </tr>
            </thead>
            <tbody>
              {face.series.map((series) => {
                const { last, min, max, count } = known.get(series.name) ?? series;
                return (
                  <tr key={series.name}>
                    <th scope="row">{series.name}</th>
                    <td>
                      <Spark values={series.spark} />
                    </td>
                    <td className={styles.last}>{formatValue(last)}</td>
                    <td>{min === null ? "–" : formatValue(min)}</td>
                    <td>{max === null ? "–" : formatValue(max)}</td>
                    <td>{count.toLocaleString("en")}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {face.artefacts.length > 0 && (
        <ul className={styles.artefacts} aria-label="Artefacts">
          {face.artefacts.map(({ name, sha256, sizeBytes }) => (
            <li key={`${name} ${sha256}`}>
              <a href={telemetryOf(face.runId).blobAddress(sha256)} download={name.replace(/^.*[\\/]/, "")}>
                {name}
              </a>
              <span className={styles.size}>{formatBytes(sizeBytes)}</span>
            </li>
          ))}
        </ul>
      )}
      {troubles.length > 0 && (
        <div className={styles.troubles}>
          {troubles.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          {now !== null && now.troubles.reasons.length > 0 && (
            <details>
              <summary>Why</summary>
              <ul>
                {[...new Set(now.troubles.reasons)].map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
      {value?.type === "missing" && (
        <p className={styles.note}>
          This run’s telemetry is not kept where this notebook is served: these are the values that the
          notebook has.
        </p>
      )}
    </section>
  );
}
