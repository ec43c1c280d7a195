import { useCallback, useEffect, useState } from "react";
import type { FolderListing } from "../../api/http.ts";
import { Brand } from "../app/brand.tsx";
import { folderTitleStore, rightsStore } from "../app/folder-title.ts";
import { Link } from "../app/link.tsx";
import { StatePage } from "../app/state-page.tsx";
import { FileIcon, FolderIcon, NotebookIcon } from "../parts/icons.tsx";
import { Pill } from "../parts/pill.tsx";
import { runState } from "../run/run-text.ts";
import { answerOf, api } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import { useStore } from "../session/store.ts";
import { formatAgo } from "../text/durations.ts";
import { formatBytes } from "../text/sizes.ts";
import styles from "./folder-page.module.css";
import { NewNotebook } from "./new-notebook.tsx";
import { RowMenu } from "./row-menu.tsx";

const REFRESH_MS = 5000;

/** A folder's notebooks and folders, and which notebooks run. */
export function FolderPage({ path }: { path: string }) {
  const title = useStore(folderTitleStore);
  const { edit: mayEdit } = useStore(rightsStore);
  const [listing, setListing] = useState<Answer<FolderListing> | null>(null);
  const load = useCallback(async () => {
    const answer = await answerOf(api.files(path));
    // A server that is away for a moment does not empty the page.
    setListing((before) => (answer.ok || !before?.ok ? answer : before));
  }, [path]);
  useEffect(() => {
    void load();
    const timer = setInterval(() => document.visibilityState === "visible" && void load(), REFRESH_MS);
    window.addEventListener("focus", load);
    return () => {
      clearInterval(timer);
      window.removeEventListener("focus", load);
    };
  }, [load]);
  const name = path.split("/").at(-1) ?? "";
  useEffect(() => {
    document.title = [name, title || "Loopbook"].filter((part) => part !== "").join(" · ");
  }, [name, title]);

  if (listing === null) return <div className={styles.page} aria-busy="true" />;
  if (!listing.ok) {
    return (
      <StatePage
        title={
          listing.code === "server-unreachable" ? "The server does not answer" : "This folder cannot be shown"
        }
        text={listing.message}
        action={{ label: "Try again", run: () => void load() }}
        home={path !== ""}
      />
    );
  }
  const { entries } = listing.value;
  const names = entries.map((entry) => entry.name);
  const shown = entries.filter((entry) => entry.type !== "file");
  const files = entries.filter((entry) => entry.type === "file");
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Brand />
      </header>
      <main>
        <div className={styles.titleRow}>
          <div>
            <Crumbs path={path} root={title} />
            <h1>{name === "" ? title || "Notebooks" : name}</h1>
          </div>
          {mayEdit && <NewNotebook folder={path} existing={names} />}
        </div>
        {shown.length === 0 ? (
          <div className={styles.empty}>
            <p>
              <strong>No notebooks here yet.</strong>
            </p>
            <p>Make a new one, or copy an .ipynb file into this folder: it shows up by itself.</p>
          </div>
        ) : (
          <ul className={styles.list} aria-label="Notebooks and folders">
            {shown.map((entry) => (
              <li key={entry.path} className={styles.item}>
                <Link
                  className={styles.row}
                  to={{ page: entry.type === "folder" ? "folder" : "notebook", path: entry.path }}
                >
                  <span className={styles.icon}>
                    {entry.type === "folder" ? <FolderIcon /> : <NotebookIcon />}
                  </span>
                  <span className={styles.name}>{entry.name}</span>
                  {entry.runStatus !== null && <RunPill status={entry.runStatus} />}
                  <time className={styles.time} dateTime={new Date(entry.modifiedAtMs).toISOString()}>
                    {formatAgo(Date.now() - entry.modifiedAtMs, entry.modifiedAtMs)}
                  </time>
                </Link>
                {mayEdit && entry.type === "notebook" && (
                  <RowMenu path={entry.path} folder={path} existing={names} onChanged={() => void load()} />
                )}
              </li>
            ))}
          </ul>
        )}
        {files.length > 0 && (
          <details className={styles.files}>
            <summary>{files.length === 1 ? "1 other file" : `${files.length} other files`}</summary>
            <ul className={styles.list} aria-label="Other files">
              {files.map((file) => (
                <li key={file.path} className={`${styles.row} ${styles.still}`}>
                  <span className={styles.icon}>
                    <FileIcon />
                  </span>
                  <span className={styles.name}>{file.name}</span>
                  <span className={styles.time}>{formatBytes(file.sizeBytes)}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </main>
    </div>
  );
}

function RunPill({ status }: { status: NonNullable<FolderListing["entries"][number]["runStatus"]> }) {
  const state = runState({ status, hold: null, pending: null });
  return (
    <Pill tone={state.tone} busy={state.busy === true}>
      {state.text}
    </Pill>
  );
}

function Crumbs({ path, root }: { path: string; root: string }) {
  if (path === "") return null;
  const parts = path.split("/").slice(0, -1);
  return (
    <nav aria-label="Folders above" className={styles.crumbs}>
      <Link to={{ page: "folder", path: "" }}>{root || "Notebooks"}</Link>
      {parts.map((part, index) => (
        <span key={parts.slice(0, index + 1).join("/")}>
          {" / "}
          <Link to={{ page: "folder", path: parts.slice(0, index + 1).join("/") }}>{part}</Link>
        </span>
      ))}
      {" /"}
    </nav>
  );
}
