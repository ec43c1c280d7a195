import { useId, useMemo, useRef } from "react";
import { useKept } from "../notebook/kept-state.ts";
import { useIsWhole } from "../session/view.ts";
import { type AnsiLine, AnsiLines } from "../text/ansi.ts";
import { AnsiLineView } from "./ansi-text.tsx";
import { foldLines, REVEAL_STEP } from "./folded-lines.ts";
import styles from "./outputs.module.css";

/** Terminal text: coloured, its middle folded when it is long. A text that grew is read on from where it was. */
export function TextLines({ text, label }: { text: string; label?: string }) {
  const lines = useGrowingLines(text);
  const whole = useIsWhole();
  const [revealed, setRevealed] = useKept("lines", 0);
  const { head, hidden, tail } = foldLines(lines.length, whole ? Math.max(revealed, REVEAL_STEP) : revealed);
  const more = Math.min(hidden, REVEAL_STEP);
  const labelId = useId();
  return (
    <div className={styles.text}>
      {label !== undefined && (
        <span id={labelId} className="visually-hidden">
          {label}
        </span>
      )}
      {lines.slice(0, head).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line's identity is its place.
        <AnsiLineView key={index} line={line} />
      ))}
      {hidden > 0 && (
        <button type="button" className={styles.fold} onClick={() => setRevealed(revealed + REVEAL_STEP)}>
          {more === hidden
            ? `${hidden.toLocaleString("en")} more lines`
            : `${more.toLocaleString("en")} of ${hidden.toLocaleString("en")} more lines`}
        </button>
      )}
      {tail > 0 &&
        lines.slice(lines.length - tail).map((line, index) => {
          const at = lines.length - tail + index;
          return <AnsiLineView key={`end-${at}`} line={line} />;
        })}
      {revealed > 0 && (
        <button type="button" className={styles.fold} onClick={() => setRevealed(0)}>
          Fold again
        </button>
      )}
    </div>
  );
}

function useGrowingLines(text: string): readonly AnsiLine[] {
  const read = useRef({ text: "", lines: new AnsiLines() });
  return useMemo(() => {
    if (!text.startsWith(read.current.text)) read.current = { text: "", lines: new AnsiLines() };
    read.current.lines.push(text.slice(read.current.text.length));
    read.current.text = text;
    return read.current.lines.lines();
  }, [text]);
}
