import type { CellDiff, KeyChange } from "../../nbformat/merge/diff-notebooks.ts";
import { Button } from "../parts/button.tsx";
import styles from "./compare.module.css";
import { OutputDiff } from "./output-diff.tsx";
import { TextDiffView } from "./text-diff-view.tsx";

interface CellDiffViewProps {
  readonly diff: CellDiff;
  /** The cell's whole text; undefined: it was not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly sideBySide: boolean;
  /** Null: not possible. */
  readonly onRestore: (() => void) | null;
}

const KINDS = { code: "Code", markdown: "Markdown", raw: "Raw text" } as const;

/** One cell of a comparison: its text, what it is, its settings, its outputs. */
export function CellDiffView({ diff, before = "", after = "", sideBySide, onRestore }: CellDiffViewProps) {
  return (
    <section className={styles.cell} data-change="" tabIndex={-1} aria-label={headText(diff)}>
      <header className={styles.head}>
        <h4>{headText(diff)}</h4>
        {onRestore && (
          <Button look="quiet" onClick={onRestore}>
            {diff.type === "removed" ? "Bring this cell back" : "Restore this cell"}
          </Button>
        )}
      </header>
      {before !== after && <TextDiffView before={before} after={after} sideBySide={sideBySide} />}
      {diff.type === "changed" && (
        <>
          <KeyChanges title="Settings" changes={[...diff.metadata, ...diff.fields]} />
          {diff.outputs !== null && (
            <OutputDiff before={diff.outputs.before} after={diff.outputs.after} sideBySide={sideBySide} />
          )}
        </>
      )}
    </section>
  );
}

function headText(diff: CellDiff): string {
  const cell = `Cell ${diff.index + 1}`;
  if (diff.type !== "changed") {
    const kind = KINDS[diff.cell.cell_type];
    return diff.type === "added" ? `${cell}: added (${kind})` : `${cell} then: deleted since (${kind})`;
  }
  const notes = [
    diff.isMoved ? `moved from ${diff.indexBefore + 1}` : "",
    diff.cellType === diff.cellTypeBefore
      ? ""
      : `${KINDS[diff.cellTypeBefore]} became ${KINDS[diff.cellType]}`,
    diff.source.length > 0 ? "text changed" : "",
    diff.outputs === null ? "" : "outputs changed",
  ].filter((note) => note !== "");
  return `${cell}: ${notes.length > 0 ? notes.join(", ") : "settings changed"}`;
}

export function KeyChanges({ title, changes }: { title: string; changes: readonly KeyChange[] }) {
  if (changes.length === 0) return null;
  return (
    <div className={styles.keys}>
      <p className={styles.part}>{title}</p>
      <ul>
        {changes.map(({ key, before, after }) => (
          <li key={key}>
            <code>{key}</code>
            {before !== undefined && <del>{shortJson(before)}</del>}
            {after !== undefined && <ins>{shortJson(after)}</ins>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function shortJson(value: KeyChange["before"]): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
