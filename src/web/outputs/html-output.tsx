import { useLayoutEffect, useMemo, useRef } from "react";
import prose from "../markdown/prose.module.css";
import { sanitiseHtml, showsSomething } from "../markdown/sanitise.ts";

/** The sanitised form of an output's HTML, or null when nothing of it can be seen (a chart that is all script). */
export function useSanitised(html: string): DocumentFragment | null {
  return useMemo(() => {
    const fragment = sanitiseHtml(html);
    return showsSomething(fragment) ? fragment : null;
  }, [html]);
}

export function HtmlOutput({ fragment }: { fragment: DocumentFragment }) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // A copy, because a fragment is empty once it was put in and may have to be put in again.
    root.current?.replaceChildren(fragment.cloneNode(true));
  }, [fragment]);
  return <div ref={root} className={prose.prose} />;
}
