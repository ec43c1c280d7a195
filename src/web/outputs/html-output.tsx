import { useLayoutEffect, useMemo, useRef } from "react";
import prose from "../markdown/prose.module.css";
import { sanitiseHtml, showsSomething, watchImages } from "../markdown/sanitise.ts";
import { useImageAddress } from "../session/use-image-address.ts";
import styles from "./outputs.module.css";

/** The sanitised form of an output's HTML, or null when nothing of it can be seen (a chart that is all script). */
export function useSanitised(html: string): DocumentFragment | null {
  const addressOf = useImageAddress();
  return useMemo(() => {
    const fragment = sanitiseHtml(html, addressOf);
    return showsSomething(fragment) ? fragment : null;
  }, [html, addressOf]);
}

export function HtmlOutput({ fragment }: { fragment: DocumentFragment }) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // A copy, because a fragment is empty once it was put in and may have to be put in again.
    root.current?.replaceChildren(fragment.cloneNode(true));
    return root.current ? watchImages(root.current) : undefined;
  }, [fragment]);
  return <div ref={root} className={`${prose.prose} ${styles.markup}`} />;
}
