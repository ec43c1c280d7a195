import { messageOf } from "../../../util/errors.ts";
import { Button } from "../../parts/button.tsx";
import styles from "./tables.module.css";
import type { FrameRows } from "./use-frame-rows.ts";

interface TableNoteProps {
  readonly rows: FrameRows;
  /** Why the kernel that is wanted cannot be asked. */
  readonly refusal: string | null;
  readonly onAsIs: () => void;
}

/** Why the rows are not all there, and what can be done. */
export function TableNote({ rows, refusal, onAsIs }: TableNoteProps) {
  const text = refusal ?? problemText(rows);
  return (
    <div role="status">
      {text !== null && (
        <p className={styles.note}>
          <span>{text}</span>
          {refusal === null && rows.problem?.type === "changed" && (
            <Button look="quiet" onClick={onAsIs}>
              Show it as it is now
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function problemText({ problem }: FrameRows): string | null {
  switch (problem?.type) {
    case undefined:
      return null;
    case "gone":
      return "The kernel does not hold this table any more. These are the rows that the notebook holds; run the cell again for all.";
    case "changed": {
      const { name, rows, columns } = problem;
      const what = name === null ? "The table" : `“${name}”`;
      return `${what} in the kernel is not what is shown here any more: it has ${rows.toLocaleString("en")} rows and ${columns.toLocaleString("en")} columns now.`;
    }
    case "refused":
      return problem.reason === "value"
        ? "What a filter asks for does not fit its column."
        : "That took the kernel too long. Filter one column instead of all.";
    case "failed":
      return `The kernel could not do that: ${problem.reason}`;
    default:
      return messageOf(problem?.error);
  }
}
