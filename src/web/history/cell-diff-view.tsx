import type { CellDiff, KeyChange } from "../../nbformat/merge/diff-notebooks.ts";
import type { Output } from "../../nbformat/notebook.ts";
import { Button } from "../parts/button.tsx";
import styles from "./compare.module.css";
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
            <Outputs before={diff.outputs.before} after={diff.outputs.after} sideBySide={sideBySide} />
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

/** As text: that is what can be compared. */
function Outputs(props: { before: readonly Output[]; after: readonly Output[]; sideBySide: boolean }) {
  const [before, after] = [props.before.map(outputText).join("\n"), props.after.map(outputText).join("\n")];
  return (
    <>
      <p className={styles.part}>Outputs</p>
      {before === after ? (
        <p className={styles.note}>Images or data that no text tells apart.</p>
      ) : (
        <TextDiffView before={before} after={after} sideBySide={props.sideBySide} />
      )}
    </>
  );
}

/** More of an output is not compared. */
const MAX_OUTPUT = 20_000;

function outputText(output: Output): string {
  if (output.output_type === "stream") return output.text.slice(0, MAX_OUTPUT);
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  const plain = output.data["text/plain"];
  const types = Object.keys(output.data).filter((type) => type !== "text/plain");
  const text = typeof plain === "string" ? plain.slice(0, MAX_OUTPUT) : "";
  return [types.length > 0 ? `[${types.join(", ")}]` : "", text].filter((part) => part !== "").join(" ");
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
