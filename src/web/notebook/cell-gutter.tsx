import { memo } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { CommentMarkButton } from "../comments/comment-mark.tsx";
import { PartyMark } from "../parts/party-mark.tsx";
import { useModel, useNow, useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";
import { useSelected } from "../session/store.ts";
import type { CellExecution } from "../session/types.ts";
import { formatAgo, formatDuration, formatElapsed } from "../text/durations.ts";
import styles from "./cell-gutter.module.css";
import { FoldMark } from "./folding/fold-mark.tsx";
import { usePage } from "./page-context.ts";
import type { RunPlace } from "./run-place.ts";

/** Beside a cell: its number, how its execution stands, who is there. */
export const CellGutter = memo(function CellGutter({
  cell,
  place,
}: {
  cell: CellSnapshot;
  place: RunPlace | null;
}) {
  const page = usePage();
  const execution = useSession((state) => state.executions[cell.id]);
  const canMove = useSession((state) => state.rights.edit);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl-Shift and the arrows do the same.
    <div
      className={`${styles.gutter} ${canMove ? styles.movable : ""}`}
      data-grip=""
      onMouseDown={(event) => {
        // The focus stays until it is known whether this is a press or a drag.
        if (canMove && isGrip(event)) event.preventDefault();
      }}
      onPointerDown={({ nativeEvent }) => {
        if (!canMove || nativeEvent.button !== 0 || !isGrip(nativeEvent)) return;
        // The drag is told what it missed while its chunk came: a finger may be long gone.
        const missed = new Map<string, PointerEvent>();
        const note = (event: PointerEvent): void => void missed.set(event.type, event);
        for (const type of AFTER_PRESS) window.addEventListener(type, note, true);
        void loadDrag()
          .finally(() => {
            for (const type of AFTER_PRESS) window.removeEventListener(type, note, true);
          })
          .then(({ pressBesideCell }) => pressBesideCell(page, cell.id, nativeEvent, missed.values()));
      }}
    >
      {cell.cellType === "code" && <CodeMark cell={cell} execution={execution} running={place === "now"} />}
      {cell.cellType === "markdown" && <FoldMark cell={cell} />}
      <Present id={cell.id} />
      <CommentMarkButton id={cell.id} />
    </div>
  );
});

const AFTER_PRESS = ["pointermove", "pointerup", "pointercancel"] as const;

export const loadDrag = () => import("./drag-cells.ts");

/** Beside the cell and not on a button there; with keys it selects. */
function isGrip(event: {
  readonly target: EventTarget | null;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): boolean {
  const isOnButton = event.target instanceof Element && event.target.closest("button, a") !== null;
  return !isOnButton && !event.shiftKey && !event.ctrlKey && !event.metaKey;
}

function CodeMark(props: { cell: CellSnapshot; execution: CellExecution | undefined; running: boolean }) {
  const { cell, execution } = props;
  const running = cell.executionState === "running" || execution?.state === "running";
  if (execution?.state === "queued")
    return <Mark sign="[…]" note="queued" title={`Asked for by ${execution.by.displayName}`} />;
  if (running) {
    return (
      <>
        <span className={`${styles.sign} ${styles.live}`}>[*]</span>
        <Elapsed sinceMs={execution?.startedAtMs ?? null} />
      </>
    );
  }
  const sign = cell.executionCount === null ? "[ ]" : `[${cell.executionCount}]`;
  if (!execution || execution.startedAtMs === null || execution.endedAtMs === null)
    return <Mark sign={sign} />;
  const duration = formatDuration(execution.endedAtMs - execution.startedAtMs);
  const failed = execution.outcome !== null && execution.outcome.type !== "completed";
  return (
    <Mark
      sign={sign}
      note={failed ? `✗ ${duration}` : duration}
      bad={failed}
      title={`${execution.by.displayName}, ${formatAgo(Date.now() - execution.endedAtMs, execution.endedAtMs)}`}
    />
  );
}

function Mark({ sign, note, bad, title }: { sign: string; note?: string; bad?: boolean; title?: string }) {
  return (
    <>
      <span className={styles.sign} title={title}>
        {sign}
      </span>
      {note !== undefined && (
        <span className={`${styles.time} ${bad ? styles.bad : ""}`} title={title}>
          {note}
        </span>
      )}
    </>
  );
}

function Elapsed({ sinceMs }: { sinceMs: number | null }) {
  const now = useNow(1000, sinceMs !== null);
  return (
    <span className={`${styles.time} ${styles.live}`}>
      {sinceMs === null ? "running" : formatElapsed(now - sinceMs)}
    </span>
  );
}

/** People and pipelines at this cell. */
function Present({ id }: { id: CellSnapshot["id"] }) {
  const model = useModel();
  const others = useSelected(
    model.presence.others,
    (all) => all.filter((other) => other.cellId === id),
    (a, b) => a.length === b.length && a.every((other, index) => other === b[index]),
  );
  const pipeline = useSession(({ run }) =>
    isLive(run) && run.currentCell === id && run.status !== "held" ? run.name : null,
  );
  if (others.length === 0 && pipeline === null) return null;
  return (
    <span className={styles.present}>
      {pipeline !== null && (
        <PartyMark party={{ kind: "pipeline", displayName: pipeline }} doing="writes here" small />
      )}
      {others.slice(0, 3).map((other) => (
        <PartyMark
          key={other.clientId}
          party={other.party}
          doing={other.mode === "editing" ? "types here" : "reads here"}
          small
        />
      ))}
      {others.length > 3 && <span className={styles.time}>+{others.length - 3}</span>}
    </span>
  );
}
