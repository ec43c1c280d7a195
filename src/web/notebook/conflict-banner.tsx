import type { NotebookConflict } from "../../nbformat/merge/conflict.ts";
import { CellId } from "../../util/ids.ts";
import { Button } from "../parts/button.tsx";
import { useSession } from "../session/hooks.ts";
import styles from "./banners.module.css";
import { usePage } from "./page-context.ts";

/** What this notebook and its file hold differently, one after the other, with the ways to decide it. */
export function ConflictBanner() {
  const page = usePage();
  const conflicts = useSession((state) => state.conflicts);
  const canEdit = useSession((state) => state.rights.edit);
  const [conflict] = conflicts;
  if (conflict === undefined) return null;
  const { cellId } = conflict;
  const place = cellId === null ? 0 : page.ids().indexOf(CellId.of(cellId)) + 1;
  const theirs = theirText(conflict);
  const decide = async (choice: "mine" | "theirs" | "both"): Promise<void> => {
    const answer = await page.model.requests.resolveConflict(cellId, choice);
    if (!answer.ok) page.tell(answer.message, { tone: "bad" });
  };
  return (
    <section className={`${styles.banner} ${styles.wait}`} aria-label="Conflict" role="status">
      <div>
        <p>
          <b>{conflicts.length === 1 ? "Conflict." : `${conflicts.length} conflicts.`}</b>{" "}
          {cellId === null ? "The notebook" : `Cell ${place}`}: {whatHappened(conflict)} Both are kept until
          you decide; everything else goes on.
        </p>
        {theirs !== null && (
          <details>
            <summary>What the file had</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reached by keyboard. */}
            <pre tabIndex={0}>{theirs}</pre>
          </details>
        )}
      </div>
      <div className={styles.choices}>
        {cellId !== null && (
          <Button onClick={() => page.select(CellId.of(cellId), { reveal: true })}>Show</Button>
        )}
        {canEdit && (
          <>
            <Button onClick={() => void decide("mine")}>Mine</Button>
            <Button onClick={() => void decide("theirs")}>Theirs</Button>
            {conflict.what === "source" && <Button onClick={() => void decide("both")}>Both</Button>}
          </>
        )}
      </div>
    </section>
  );
}

function whatHappened(conflict: NotebookConflict): string {
  switch (conflict.what) {
    case "source":
      return "its text was changed here and in the file.";
    case "cell-type":
      return `it became ${conflict.mine} here and ${conflict.theirs} in the file.`;
    case "metadata":
    case "field":
      return `${conflict.key} was changed here and in the file.`;
    case "deleted":
      return conflict.by === "theirs"
        ? "it was deleted in the file and changed here."
        : "it was deleted here and changed in the file.";
  }
}

function theirText(conflict: NotebookConflict): string | null {
  if (conflict.what === "source") return conflict.theirs;
  if (conflict.what !== "metadata" && conflict.what !== "field") return null;
  return conflict.theirs === undefined ? "nothing" : JSON.stringify(conflict.theirs, null, 1);
}
