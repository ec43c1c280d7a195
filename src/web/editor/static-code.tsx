import { memo, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "../session/store.ts";
import { grammarStore, highlightLines } from "./highlight.ts";
import styles from "./static-code.module.css";
import { useCodeView } from "./use-code-view.ts";

/** Languages whose lines are as long as their paragraphs; lines of code scroll sideways instead, as they mean their shape. */
export function wrapsLines(language: string): boolean {
  return language === "markdown" || language === "raw";
}

/** Code of a cell that nobody edits here: the same look as the editor, for a fraction of its cost. */
export const StaticCode = memo(function StaticCode({
  code,
  language,
  cell = null,
}: {
  code: string;
  language: string;
  /** Whose line numbers it has; null: it never has any. */
  cell?: string | null;
}) {
  const view = useCodeView(cell);
  const grammar = useStore(grammarStore);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with its grammar the same code has other pieces.
  const lines = useMemo(() => highlightLines(code, language), [code, language, grammar]);
  const block = useRef<HTMLPreElement>(null);
  const scrolls = useScrolls(block, code);
  return (
    <pre
      ref={block}
      className={[
        styles.code,
        view.wrap || wrapsLines(language) ? styles.wraps : "",
        view.lineNumbers ? styles.numbered : "",
      ].join(" ")}
      // What scrolls must be reached by keyboard.
      {...(scrolls ? { tabIndex: 0, role: "group", "aria-label": "Code, wider than the page" } : {})}
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place.
        <div key={index} className={styles.line}>
          {line.map((token, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: neither has a piece of it.
            <span key={at} className={token.className || undefined}>
              {token.text}
            </span>
          ))}
        </div>
      ))}
    </pre>
  );
});

/** Whether its lines are wider than it is. */
function useScrolls(block: RefObject<HTMLElement | null>, code: string): boolean {
  const [scrolls, setScrolls] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other code is of another width.
  useEffect(() => {
    const element = block.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth + 1));
    observer.observe(element);
    return () => observer.disconnect();
  }, [block, code]);
  return scrolls;
}
