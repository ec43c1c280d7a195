import { memo } from "react";
import { type AnsiLine, PLAIN } from "../text/ansi.ts";
import { cssOf } from "../text/ansi-css.ts";

/** One line of terminal text. Lines keep their identity while a text grows, so each is drawn once. */
export const AnsiLineView = memo(function AnsiLineView({ line }: { line: AnsiLine }) {
  return (
    <div>
      {line.length === 0
        ? "\u200b"
        : line.map((span, index) =>
            span.style === PLAIN ? (
              span.text
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place.
              <span key={index} style={cssOf(span.style)}>
                {span.text}
              </span>
            ),
          )}
    </div>
  );
});
