import styles from "./diff.module.css";
import { type DiffLine, type DiffRow, diffRows } from "./diff-rows.ts";

interface TextDiffViewProps {
  readonly before: string;
  readonly after: string;
  readonly sideBySide: boolean;
}

/** Two texts, line by line. What is new has a plus and is green, what is gone has a minus and is red. */
export function TextDiffView({ before, after, sideBySide }: TextDiffViewProps) {
  const rows = diffRows(before, after);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label="Changed text">
      <table className={`${styles.table} ${sideBySide ? styles.sides : ""}`}>
        <tbody>{sideBySide ? sideRows(rows) : inlineRows(rows)}</tbody>
      </table>
    </section>
  );
}

function sideRows(rows: readonly DiffRow[]) {
  return rows.map((row, index) =>
    row.type === "gap" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity.
      <Gap key={index} lines={row.lines} columns={4} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above.
      <tr key={index}>
        <Cells line={row.before} look={row.type === "same" ? "same" : "removed"} />
        <Cells line={row.after} look={row.type === "same" ? "same" : "added"} />
      </tr>
    ),
  );
}

/** Of a run of changed lines first those that are gone, then those that came. */
function inlineRows(rows: readonly DiffRow[]) {
  const drawn: React.ReactNode[] = [];
  let run: Extract<DiffRow, { type: "changed" }>[] = [];
  const flush = (): void => {
    for (const { before } of run)
      if (before) drawn.push(<Line key={`b${before.number}`} line={before} look="removed" />);
    for (const { after } of run)
      if (after) drawn.push(<Line key={`a${after.number}`} line={after} look="added" />);
    run = [];
  };
  for (const [index, row] of rows.entries()) {
    if (row.type === "changed") {
      run.push(row);
      continue;
    }
    flush();
    if (row.type === "gap") drawn.push(<Gap key={`g${index}`} lines={row.lines} columns={2} />);
    else drawn.push(<Line key={`s${row.after.number}`} line={row.after} look="same" />);
  }
  flush();
  return drawn;
}

type Look = "same" | "removed" | "added";

function Line({ line, look }: { line: DiffLine; look: Look }) {
  return (
    <tr>
      <Cells line={line} look={look} />
    </tr>
  );
}

const SIGNS: Readonly<Record<Look, string>> = { same: " ", removed: "−", added: "+" };
const WORDS: Readonly<Record<Look, string>> = { same: "", removed: "removed: ", added: "added: " };

function Cells({ line, look }: { line: DiffLine | null; look: Look }) {
  if (line === null) {
    return (
      <>
        <td className={styles.number} />
        <td className={styles.none} />
      </>
    );
  }
  const { text, mark } = line;
  return (
    <>
      <td className={styles.number} aria-hidden="true">
        {line.number}
      </td>
      <td className={styles[look]}>
        <span className={styles.sign} aria-hidden="true">
          {SIGNS[look]}
        </span>
        <span className="visually-hidden">{WORDS[look]}</span>
        {mark === null ? (
          text
        ) : (
          <>
            {text.slice(0, mark.from)}
            <b className={styles.mark}>{text.slice(mark.from, mark.to)}</b>
            {text.slice(mark.to)}
          </>
        )}
      </td>
    </>
  );
}

function Gap({ lines, columns }: { lines: number; columns: number }) {
  return (
    <tr>
      <td className={styles.gap} colSpan={columns}>
        {lines === 1 ? "1 unchanged line" : `${lines} unchanged lines`}
      </td>
    </tr>
  );
}
