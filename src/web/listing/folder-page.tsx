import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { contentAddress } from "../../client/files-client.ts";
import { Brand } from "../app/brand.tsx";
import { folderTitleStore, rightsStore } from "../app/folder-title.ts";
import { StatePage } from "../app/state-page.tsx";
import { Button } from "../parts/button.tsx";
import { Menu } from "../parts/menu.tsx";
import { useStore } from "../session/store.ts";
import { Crumbs } from "./crumbs.tsx";
import type { ToSend } from "./dropped-files.ts";
import { entryMenu } from "./entry-menu.ts";
import { DRAGGED, EntryRow } from "./entry-row.tsx";
import styles from "./folder-page.module.css";
import {
  type Asked,
  download,
  keepHidden,
  keepOrder,
  keptHidden,
  keptOrder,
  moveInto,
  type Notice,
  putBack,
} from "./folder-state.ts";
import { type Entry, nextOrder, type SortKey, sortEntries } from "./listing-order.ts";
import { NewNotebook } from "./new-notebook.tsx";
import { useFolderKeys } from "./use-folder-keys.ts";
import { useListing } from "./use-listing.ts";
import { useTicks } from "./use-ticks.ts";

// None of it is on the first screen.
const FolderDialogs = lazy(async () => ({ default: (await import("./folder-dialogs.tsx")).FolderDialogs }));
const Uploads = lazy(async () => ({ default: (await import("./uploads.tsx")).Uploads }));
const ArchiveProgress = lazy(async () => ({
  default: (await import("./archive-progress.tsx")).ArchiveProgress,
}));
const FolderSearch = lazy(async () => ({ default: (await import("./folder-search.tsx")).FolderSearch }));

/** A folder's notebooks, folders and files: what runs, who is there, and all that can be done with them. */
export function FolderPage({ path }: { path: string }) {
  const title = useStore(folderTitleStore);
  const { edit: mayEdit, execute: mayRun } = useStore(rightsStore);
  const [hidden, setHidden] = useState(keptHidden);
  const { listing, load } = useListing(path, hidden);
  const [order, setOrder] = useState(keptOrder);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [notice, setNotice] = useState<Notice | null>(null);
  const [sending, setSending] = useState<readonly ToSend[] | null>(null);
  const [packing, setPacking] = useState<readonly string[] | null>(null);
  const [query, setQuery] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const name = path.split("/").at(-1) ?? "";
  useEffect(() => {
    document.title = [name, title || "Loopbook"].filter((part) => part !== "").join(" · ");
  }, [name, title]);
  const entries = useMemo(
    () => (listing?.ok ? sortEntries(listing.value.entries, order) : []),
    [listing, order],
  );
  const shown = entries.filter((entry) => entry.type !== "file");
  const others = entries.filter((entry) => entry.type === "file");
  const ticks = useTicks([...shown, ...others]);
  const page = useFolderKeys({ entries: [...shown, ...others], ticks, mayEdit, ask: setAsked });

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

  const names = listing.value.entries.map((entry) => entry.name);
  const told = (message: string | null): void => {
    if (message !== null) setNotice({ text: message, bad: true });
    void load();
  };
  const sort = (key: SortKey): void => {
    const next = nextOrder(order, key);
    keepOrder(next);
    setOrder(next);
  };
  const drop = async (paths: readonly string[], folder: string): Promise<void> => {
    told(await moveInto(paths, folder));
    ticks.none();
  };
  const fetchEntry = (entry: Entry): void => {
    if (entry.type === "folder") setPacking([entry.path]);
    else download(contentAddress(entry.path, true));
  };
  const row = (entry: Entry) => (
    <EntryRow
      key={entry.path}
      entry={entry}
      ticked={ticks.has(entry.path)}
      onTick={(range) => ticks.tick(entry.path, range)}
      menu={entryMenu(entry, { mayEdit, mayRun, ask: setAsked, fetch: () => fetchEntry(entry) })}
      dragged={mayEdit ? (ticks.has(entry.path) ? ticks.ticked.map((one) => one.path) : [entry.path]) : null}
      onDrop={(paths) => void drop(paths, entry.path)}
    />
  );
  const send = async (load: Promise<readonly ToSend[]> | readonly ToSend[]): Promise<void> => {
    const chosen = await load;
    if (chosen.length > 0) setSending(chosen);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped anywhere; there is a button for the same.
    <div
      className={styles.page}
      ref={page}
      onDragOver={(event) => {
        if (mayEdit && event.dataTransfer.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!mayEdit || event.dataTransfer.types.includes(DRAGGED)) return;
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        const transfer = event.dataTransfer;
        void send(import("./dropped-files.ts").then(({ droppedFiles }) => droppedFiles(transfer)));
      }}
    >
      <header className={styles.head}>
        <Brand />
      </header>
      <main>
        <div className={styles.titleRow}>
          <div>
            <Crumbs path={path} root={title} onDrop={mayEdit ? (paths, to) => void drop(paths, to) : null} />
            <h1>{name === "" ? title || "Notebooks" : name}</h1>
          </div>
          {mayEdit && (
            <div className={styles.actions}>
              <Button onClick={() => picker.current?.click()}>Upload</Button>
              <NewNotebook folder={path} existing={names} />
            </div>
          )}
        </div>
        <div className={styles.tools}>
          <input
            type="search"
            className={styles.search}
            placeholder="Find by name or content"
            aria-label="Find by name or content"
            data-folder-search=""
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <fieldset className={styles.sorts}>
            <legend className="visually-hidden">Order</legend>
            {(["name", "modified", "size"] as const).map((key) => (
              <button key={key} type="button" aria-pressed={order.key === key} onClick={() => sort(key)}>
                {{ name: "Name", modified: "Changed", size: "Size" }[key]}
                {order.key === key && <span aria-hidden="true">{order.descending ? " ↓" : " ↑"}</span>}
                {order.key === key && (
                  <span className="visually-hidden">{order.descending ? ", falling" : ", rising"}</span>
                )}
              </button>
            ))}
          </fieldset>
          <Menu
            label="Folder"
            named
            className={styles.folderMenu}
            groups={[
              mayEdit
                ? [
                    { label: "New folder…", onSelect: () => setAsked({ what: "new-folder" }) },
                    { label: "Upload files…", onSelect: () => picker.current?.click() },
                    { label: "Upload a folder…", onSelect: () => folderPicker.current?.click() },
                  ]
                : [],
              [{ label: "Download everything…", onSelect: () => setPacking([path]) }],
              mayEdit ? [{ label: "Trash…", onSelect: () => setAsked({ what: "trash" }) }] : [],
              [
                {
                  label: "Show hidden files",
                  checked: hidden,
                  onSelect: () => {
                    keepHidden(!hidden);
                    setHidden(!hidden);
                  },
                },
              ],
            ]}
          >
            Folder
          </Menu>
        </div>
        {query.trim() !== "" ? (
          <Suspense fallback={<p className={styles.none}>Looking …</p>}>
            <FolderSearch path={path} query={query} hidden={hidden} />
          </Suspense>
        ) : (
          <>
            {shown.length === 0 ? (
              <div className={styles.empty}>
                <p>
                  <strong>No notebooks here yet.</strong>
                </p>
                <p>Make a new one, or drop an .ipynb file here: it shows up by itself.</p>
              </div>
            ) : (
              <ul className={styles.list} aria-label="Notebooks and folders">
                {shown.map(row)}
              </ul>
            )}
            {others.length > 0 && (
              <section className={styles.files} aria-label="Other files">
                <h2>Other files</h2>
                <ul className={styles.list} aria-label="Other files">
                  {others.map(row)}
                </ul>
              </section>
            )}
            {listing.value.truncated && (
              <p className={styles.none}>There are more than the 5,000 that are listed.</p>
            )}
          </>
        )}
      </main>
      {ticks.ticked.length > 0 && (
        <div className={styles.bar} role="toolbar" aria-label="Selected">
          <span>{ticks.ticked.length} selected</span>
          <Button onClick={() => setPacking(ticks.ticked.map((entry) => entry.path))}>Download</Button>
          {mayEdit && (
            <>
              <Button onClick={() => setAsked({ what: "move", entries: ticks.ticked })}>Move…</Button>
              <Button look="danger" onClick={() => setAsked({ what: "delete", entries: ticks.ticked })}>
                Delete…
              </Button>
            </>
          )}
          <Button look="quiet" onClick={ticks.none}>
            Clear
          </Button>
        </div>
      )}
      <div className={styles.foot} role="status">
        {notice !== null && (
          <div className={`${styles.notice} ${notice.bad ? styles.bad : ""}`}>
            <span>{notice.text}</span>
            {notice.action && (
              <Button
                onClick={() => {
                  setNotice(null);
                  notice.action?.run();
                }}
              >
                {notice.action.label}
              </Button>
            )}
            <Button look="quiet" onClick={() => setNotice(null)}>
              Dismiss
            </Button>
          </div>
        )}
      </div>
      <FilePickers
        picker={picker}
        folderPicker={folderPicker}
        onChosen={(list) =>
          void send(import("./dropped-files.ts").then(({ chosenFiles }) => chosenFiles(list)))
        }
      />
      <Suspense fallback={null}>
        {asked !== null && (
          <FolderDialogs
            asked={asked}
            folder={path}
            existing={names}
            onClose={() => setAsked(null)}
            onDone={(said) => {
              if (said) setNotice(said);
              ticks.none();
              void load();
            }}
            onDeleted={(paths) => {
              ticks.none();
              void load();
              setNotice({
                text:
                  paths.length === 1
                    ? `${paths[0]?.split("/").at(-1)} is in the trash.`
                    : `${paths.length} are in the trash.`,
                action: { label: "Put back", run: () => void putBack(path, paths).then(told) },
              });
            }}
          />
        )}
        {sending !== null && (
          <Uploads
            key={sending.length + (sending[0]?.name ?? "")}
            folder={path}
            files={sending}
            onDone={(said) => {
              setSending(null);
              if (said) setNotice(said);
              void load();
            }}
          />
        )}
        {packing !== null && (
          <ArchiveProgress
            paths={packing}
            onDone={(said) => {
              setPacking(null);
              if (said) setNotice(said);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

interface FilePickersProps {
  readonly picker: React.RefObject<HTMLInputElement | null>;
  readonly folderPicker: React.RefObject<HTMLInputElement | null>;
  readonly onChosen: (files: FileList) => void;
}

function FilePickers({ picker, folderPicker, onChosen }: FilePickersProps) {
  const take = (event: React.ChangeEvent<HTMLInputElement>): void => {
    const { files } = event.target;
    if (files) onChosen(files);
  };
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={take}
        onClick={reset}
      />
      <input
        ref={folderPicker}
        type="file"
        hidden
        aria-label="Folder to upload"
        onChange={take}
        onClick={reset}
        {...{ webkitdirectory: "" }}
      />
    </>
  );
}

/** The same file may be chosen again. */
function reset(event: React.MouseEvent<HTMLInputElement>): void {
  event.currentTarget.value = "";
}
