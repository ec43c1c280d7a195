import { useMemo } from "react";
import styles from "./file-page.module.css";
import { useVirtualRows } from "./use-virtual-rows.ts";

const LINE = 20;
/** A longer line is cut in the page; the file has it whole. */
const MAX_LINE = 5_000;

/** Text with its line numbers; only what is near is drawn. */
export function TextLinesView({ text }: { text: string }) {
  const lines = useMemo(() => text.split("\n"), [text]);
  const { box, from, to } = useVirtualRows(lines.length, LINE);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section ref={box} className={styles.lines} tabIndex={0} aria-label="Text">
      <div style={{ height: lines.length * LINE, position: "relative" }}>
        <div style={{ position: "absolute", top: from * LINE, minWidth: "100%" }}>
          {lines.slice(from, to).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place.
            <div key={from + index} className={styles.line}>
              <span aria-hidden="true">{from + index + 1}</span>
              {line.slice(0, MAX_LINE)}
              {line.length > MAX_LINE && " …"}
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}
