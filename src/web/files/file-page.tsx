import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { contentAddress } from "../../client/files-client.ts";
import { Brand } from "../app/brand.tsx";
import { folderTitleStore, rightsStore } from "../app/folder-title.ts";
import { StatePage } from "../app/state-page.tsx";
import { Crumbs } from "../listing/crumbs.tsx";
import { nameOf } from "../listing/entry-name.ts";
import { download } from "../listing/folder-state.ts";
import { Button } from "../parts/button.tsx";
import { useStore } from "../session/store.ts";
import { formatBytes } from "../text/sizes.ts";
import styles from "./file-page.module.css";
import { type LoadedFile, loadFile } from "./load-file.ts";

const TextFile = lazy(async () => ({ default: (await import("./text-file.tsx")).TextFile }));
const CsvFile = lazy(async () => ({ default: (await import("./csv-file.tsx")).CsvFile }));
const MarkdownFile = lazy(async () => ({ default: (await import("./markdown-file.tsx")).MarkdownFile }));
const ImageFile = lazy(async () => ({ default: (await import("./image-file.tsx")).ImageFile }));

/** A file of the folder, to be looked at: text, tables, Markdown, images, recordings; anything else to be saved. */
export function FilePage({ path }: { path: string }) {
  const title = useStore(folderTitleStore);
  const { edit: mayEdit } = useStore(rightsStore);
  const [file, setFile] = useState<LoadedFile | null>(null);
  const [asText, setAsText] = useState(false);
  const name = nameOf(path);
  const load = useCallback(async () => setFile(await loadFile(path)), [path]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    document.title = [name, title || "Loopbook"].join(" · ");
  }, [name, title]);
  if (file === null) return <div className={styles.page} aria-busy="true" />;
  if (file.kind === "failed")
    return (
      <StatePage
        title="This file cannot be shown"
        text={file.message}
        action={{ label: "Try again", run: () => void load() }}
      />
    );
  const special = file.kind === "text" && !asText ? specialOf(name) : null;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Brand />
      </header>
      <main>
        <div className={styles.titleRow}>
          <div>
            <Crumbs path={path} root={title} onDrop={null} />
            <h1>{name}</h1>
          </div>
          <div className={styles.actions}>
            {file.kind === "text" && specialOf(name) !== null && (
              <Button onClick={() => setAsText(!asText)}>{asText ? "As it is meant" : "As text"}</Button>
            )}
            <Button onClick={() => download(contentAddress(path, true))}>Download</Button>
          </div>
        </div>
        <Suspense fallback={<p aria-busy="true" />}>
          {file.kind === "image" && <ImageFile address={contentAddress(path)} name={name} />}
          {file.kind === "media" && (
            // biome-ignore lint/a11y/useMediaCaption: recordings of the folder have none beside them.
            <video className={styles.media} controls src={contentAddress(path)} />
          )}
          {file.kind === "other" && (
            <p className={styles.other}>
              {formatBytes(file.bytes)} of something that is no text and no image. It can be downloaded.
            </p>
          )}
          {special === "csv" && file.kind === "text" && (
            <CsvFile text={file.text} truncated={file.truncated} />
          )}
          {special === "markdown" && file.kind === "text" && <MarkdownFile source={file.text} path={path} />}
          {file.kind === "text" && special === null && (
            <TextFile path={path} file={file} mayEdit={mayEdit} onLoad={() => void load()} />
          )}
        </Suspense>
      </main>
    </div>
  );
}

function specialOf(name: string): "csv" | "markdown" | null {
  if (/\.(?:csv|tsv)$/i.test(name)) return "csv";
  return /\.(?:md|markdown)$/i.test(name) ? "markdown" : null;
}
