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
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only links inside are acted on, and they have their keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
    <div
      ref={root}
      className={styles.prose}
      onClick={(event) => {
        const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
        if (!link) return;
        event.preventDefault();
        goToHeading(link.getAttribute("href") ?? "");
      }}
    />
  );
}

/** A link to a heading of the notebook, by its text as Jupyter makes anchors of it: spaces become hyphens. */
function goToHeading(href: string): void {
  const wanted = anchorOf(decodeURIComponent(href.slice(1)));
  const headings = document.querySelectorAll("[data-notebook] :is(h1, h2, h3, h4, h5, h6)");
  const found = [...headings].find((heading) => anchorOf(heading.textContent ?? "") === wanted);
  found?.closest<HTMLElement>("[data-cell]")?.focus({ preventScroll: true });
  found?.scrollIntoView({ block: "start" });
}

function anchorOf(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, "-");
}
