import { useMemo } from "react";
import { loadGrammar } from "../editor/highlight.ts";
import { imageAddress } from "../markdown/image-address.ts";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import styles from "./file-page.module.css";

void loadGrammar();

/** A Markdown file as a notebook would show it. */
export function MarkdownFile({ source, path }: { source: string; path: string }) {
  const context = useMemo(
    () => ({ attachments: {}, addressOf: (address: string) => imageAddress(path, address) }),
    [path],
  );
  return (
    <article className={styles.markdown}>
      <MarkdownView source={source} context={context} />
    </article>
  );
}
