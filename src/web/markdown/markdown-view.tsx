import { useContext, useEffect, useLayoutEffect, useRef } from "react";
import { grammarStore, highlightInto } from "../editor/highlight.ts";
import { goToHeading } from "../notebook/go-to-heading.ts";
import { PageContext } from "../notebook/page-context.ts";
import { useStore } from "../session/store.ts";
import { typesetMaths } from "./maths.ts";
import styles from "./prose.module.css";
import { type MarkdownContext, renderMarkdown } from "./render.ts";
import { watchImages } from "./sanitise.ts";

/** Markdown as a reader sees it. */
export function MarkdownView({ source, context }: { source: string; context: MarkdownContext }) {
  const root = useRef<HTMLDivElement>(null);
  const page = useContext(PageContext);
  const grammar = useStore(grammarStore);
  // biome-ignore lint/correctness/useExhaustiveDependencies: code in it is coloured when its grammar has come.
  useLayoutEffect(() => {
    const fragment = renderMarkdown(source, context);
    for (const code of fragment.querySelectorAll<HTMLElement>("code.language-python"))
      highlightInto(code, "python");
    root.current?.replaceChildren(fragment);
    return root.current ? watchImages(root.current) : undefined;
  }, [source, context, grammar]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: formulas are new whenever the nodes above are.
  useEffect(() => {
    if (root.current) typesetMaths(root.current, page ?? undefined).catch(() => undefined);
  }, [source, context, grammar]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: so are diagrams.
  useEffect(() => {
    const place = root.current;
    if (!place?.querySelector("code.language-mermaid")) return;
    let stop: (() => void) | null = null;
    let isWanted = true;
    import("./mermaid.ts").then(
      ({ drawDiagrams }) => {
        if (isWanted) stop = drawDiagrams(place);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
      stop?.();
    };
  }, [source, context, grammar]);
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
        if (page) goToHeading(page, link.getAttribute("href") ?? "");
      }}
    />
  );
}
