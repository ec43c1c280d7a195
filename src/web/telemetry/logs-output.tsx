import { useMemo, useRef, useState } from "react";
import type { LogsFace } from "../../telemetry/faces.ts";
import type { RendererProps } from "../outputs/renderers.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useIsNear } from "../session/use-outputs.ts";
import { logsFaceOf } from "./faces-of.ts";
import { LogBrowser } from "./log-browser.tsx";
import styles from "./logs.module.css";
import { telemetryOf, useRead, useRunState } from "./run-feed.ts";

/** A run's log: its end in the cell, all of it in a dialog. */
export function LogsOutput({ value, fallback }: RendererProps) {
  const face = useMemo(() => logsFaceOf(value), [value]);
  return face === null ? fallback : <Logs key={face.runId} face={face} fallback={fallback} />;
}

function Logs({ face, fallback }: { readonly face: LogsFace; readonly fallback: React.ReactNode }) {
  const root = useRef<HTMLElement>(null);
  const isNear = useIsNear(root);
  const [isOpen, setOpen] = useState(false);
  const state = useRunState(face.runId);
  const { value } = useRead(isNear || isOpen ? state : null, (signal) =>
    telemetryOf(face.runId).overview(signal),
  );
  if (value?.type === "missing") {
    return (
      <figure className={styles.kept}>
        {fallback}
        <figcaption className={styles.note}>
          This run’s lines are not kept where this notebook is served: this is what the notebook has of them.
        </figcaption>
      </figure>
    );
  }
  const now = value?.value.logs ?? face;
  const log = { runId: face.runId, total: Math.max(now.total, face.total), counts: now.counts };
  return (
    <section ref={root} aria-label="Log of the run" data-telemetry="logs">
      {value === null ? (
        <div className={styles.before}>{fallback}</div>
      ) : (
        <LogBrowser {...log} rows={12}>
          <Button look="quiet" onClick={() => setOpen(true)}>
            Open whole log
          </Button>
        </LogBrowser>
      )}
      {isOpen && (
        <Dialog title={`Log, ${log.total.toLocaleString("en")} lines`} full onClose={() => setOpen(false)}>
          <LogBrowser {...log} rows={null} />
        </Dialog>
      )}
    </section>
  );
}
