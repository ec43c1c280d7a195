import { useCallback, useEffect, useState } from "react";
import type { PublicationView } from "../../api/publish.ts";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf, api } from "../session/api.ts";
import { formatAgo } from "../text/durations.ts";
import { nameOf } from "./entry-name.ts";
import styles from "./folder-dialogs.module.css";
import { download } from "./folder-state.ts";

const FORMATS = [
  ["html", "HTML"],
  ["pdf", "PDF"],
  ["markdown", "Markdown"],
  ["script", "Script"],
] as const;

/** A notebook as a file, and its pages for readers: makes them, lists them, takes them back. */
export function PublishDialog(props: {
  readonly path: string;
  /** False: files only. */
  readonly mayPublish?: boolean;
  readonly onClose: () => void;
}) {
  const { path, mayPublish = true, onClose } = props;
  const [pages, setPages] = useState<readonly PublicationView[]>([]);
  const [mode, setMode] = useState<"live" | "frozen">("live");
  const [withSource, setWithSource] = useState(true);
  const [signedIn, setSignedIn] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(async () => {
    const answer = await answerOf(api.get<readonly PublicationView[]>("/api/publications"));
    if (answer.ok) setPages(answer.value.filter((page) => page.path === path));
    else setProblem(answer.message);
  }, [path]);
  useEffect(() => {
    if (mayPublish) void load();
  }, [load, mayPublish]);
  const act = async (call: Promise<unknown>): Promise<void> => {
    const answer = await answerOf(call);
    setProblem(answer.ok ? null : answer.message);
    await load();
  };
  const publish = (): Promise<void> =>
    act(
      api.send("POST", "/api/publications", {
        path,
        mode,
        withSource,
        access: signedIn ? "signed-in" : "link",
      }),
    );
  const revoke = (id: string): Promise<void> =>
    act(
      fetch(`/api/publications/${id}`, { method: "DELETE" }).then((response) => {
        if (!response.ok) throw new Error("It could not be taken back. Load this page again.");
      }),
    );
  return (
    <Dialog title={`Export or publish ${nameOf(path)}`} onClose={onClose} wide>
      <label className={styles.row}>
        <input type="checkbox" checked={withSource} onChange={() => setWithSource(!withSource)} />
        With the code
      </label>
      <h3 className={styles.part}>As a file</h3>
      <div className={styles.row}>
        {FORMATS.map(([to, label]) => (
          <Button
            key={to}
            disabled={to === "script" && !withSource}
            onClick={() =>
              download(`/api/export?${new URLSearchParams({ path, to, source: String(withSource) })}`)
            }
          >
            {label}
          </Button>
        ))}
      </div>
      {mayPublish && (
        <>
          <h3 className={styles.part}>As a page for readers</h3>
          <p>
            A page that shows the notebook to readers, at an address that stays: no script in it, nothing to
            change.
          </p>
          <fieldset className={styles.choices}>
            <legend>It shows</legend>
            <label>
              <input type="radio" name="mode" checked={mode === "live"} onChange={() => setMode("live")} />
              the notebook as it is when somebody looks
            </label>
            <label>
              <input
                type="radio"
                name="mode"
                checked={mode === "frozen"}
                onChange={() => setMode("frozen")}
              />
              the notebook as it is now
            </label>
          </fieldset>
          <fieldset className={styles.choices}>
            <legend>For</legend>
            <label>
              <input type="checkbox" checked={signedIn} onChange={() => setSignedIn(!signedIn)} />
              only who may look at the notebook here anyway
            </label>
          </fieldset>
          {problem !== null && <p role="alert">{problem}</p>}
          <div className={dialogStyles.actions}>
            <Button look="go" onClick={() => void publish()}>
              Publish
            </Button>
          </div>
          {pages.length > 0 && (
            <ul className={styles.published} aria-label="Pages of this notebook">
              {pages.map((page) => (
                <PublishedPage
                  key={page.id}
                  page={page}
                  onFreeze={() => void act(api.send("POST", `/api/publications/${page.id}/freeze`))}
                  onRevoke={() => void revoke(page.id)}
                />
              ))}
            </ul>
          )}
        </>
      )}
    </Dialog>
  );
}

function PublishedPage(props: {
  readonly page: PublicationView;
  readonly onFreeze: () => void;
  readonly onRevoke: () => void;
}) {
  const { page, onFreeze, onRevoke } = props;
  const address = `${window.location.origin}${page.address}`;
  const frozen =
    page.frozenAtMs === null ? "live" : `as of ${formatAgo(Date.now() - page.frozenAtMs, page.frozenAtMs)}`;
  return (
    <li>
      <input readOnly value={address} aria-label="Address" onFocus={(event) => event.target.select()} />
      <span>
        {frozen} · {page.withSource ? "with the code" : "without the code"} ·{" "}
        {page.access === "link" ? "whoever has the address" : "who is signed in"}
      </span>
      <div className={styles.row}>
        <Button onClick={() => void navigator.clipboard?.writeText(address)}>Copy</Button>
        <a href={page.address} target="_blank" rel="noreferrer">
          Look at it
        </a>
        {page.mode === "frozen" && <Button onClick={onFreeze}>Show what it holds now</Button>}
        <Button look="danger" onClick={onRevoke}>
          Take back
        </Button>
      </div>
    </li>
  );
}
