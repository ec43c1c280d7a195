import { useEffect, useLayoutEffect, useRef } from "react";
import { highlightInto } from "../editor/highlight.ts";
import { typesetMaths } from "./maths.ts";
import styles from "./prose.module.css";
import { type MarkdownContext, renderMarkdown } from "./render.ts";

/** Markdown as a reader sees it. */
export function MarkdownView({ source, context }: { source: string; context: MarkdownContext }) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const fragment = renderMarkdown(source, context);
    for (const code of fragment.querySelectorAll<HTMLElement>("code.language-python"))
      highlightInto(code, "python");
    root.current?.replaceChildren(fragment);
  }, [source, context]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: formulas are new whenever the nodes above are.
  useEffect(() => {
    if (root.current) typesetMaths(root.current).catch(() => undefined);
  }, [source, context]);
  return <div ref={root} className={styles.prose} />;
}
