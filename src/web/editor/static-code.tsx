import { memo, useMemo } from "react";
import { highlightLines } from "./highlight.ts";
import styles from "./static-code.module.css";

/** Code of a cell that nobody edits here: the same look as the editor, for a fraction of its cost. */
export const StaticCode = memo(function StaticCode({ code, language }: { code: string; language: string }) {
  const lines = useMemo(() => highlightLines(code, language), [code, language]);
  return (
    <pre className={styles.code}>
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
