import { useEffect, useRef, useState } from "react";
import type { ArchiveView } from "../../api/files.ts";
import { archiveAddress } from "../../client/files-client.ts";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf } from "../session/api.ts";
import { formatBytes } from "../text/sizes.ts";
import dialogs from "./folder-dialogs.module.css";
import styles from "./folder-page.module.css";
import { download, files, type Notice } from "./folder-state.ts";

interface ArchiveProgressProps {
  readonly paths: readonly string[];
  readonly onDone: (said?: Notice) => void;
}

const POLL_MS = 700;

/** Asks what shall be in the archive, has the browser save it, and tells how far it is. */
export function ArchiveProgress({ paths, onDone }: ArchiveProgressProps) {
  const [view, setView] = useState<ArchiveView | null>(null);
  const [format, setFormat] = useState<"zip" | "tar.gz">("zip");
  const [hidden, setHidden] = useState(false);
  const [emptyFolders, setEmptyFolders] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const begin = async (): Promise<void> => {
    const answer = await answerOf(files.prepareArchive({ paths: [...paths], format, hidden, emptyFolders }));
    if (!answer.ok) return setProblem(answer.message);
    setView(answer.value);
    download(archiveAddress(answer.value.id));
  };
  const id = view?.id;
  useEffect(() => {
    if (id === undefined) return;
    const timer = setInterval(async () => {
      const answer = await answerOf(files.archive(id));
      if (!answer.ok) return done.current();
      setView(answer.value);
      const { state, name, leftOut } = answer.value;
      const left = leftOut > 0 ? `; ${leftOut} files could not be read and are left out` : "";
      if (state === "done") done.current({ text: `${name} is downloaded${left}.` });
      if (state === "failed") done.current({ text: `${name} was not downloaded whole.`, bad: true });
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [id]);
  if (view !== null) {
    const { name, total, bytes } = view;
    return (
      <section className={styles.progress} aria-label="Download">
        <span>
          {name}: {formatBytes(bytes)}
          {total !== null && ` of ${formatBytes(total.bytes)}`}
        </span>
        <progress
          aria-label="Packed"
          {...(total !== null && { max: Math.max(1, total.bytes), value: bytes })}
        />
        <Button look="quiet" onClick={() => onDone()}>
          Hide
        </Button>
      </section>
    );
  }
  return (
    <Dialog title="Download an archive" onClose={() => onDone()}>
      <fieldset className={dialogs.choices}>
        <legend>As</legend>
        {(["zip", "tar.gz"] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} />
            {one}
          </label>
        ))}
      </fieldset>
      <fieldset className={dialogs.choices}>
        <legend>With</legend>
        <label>
          <input type="checkbox" checked={hidden} onChange={() => setHidden(!hidden)} />
          hidden files
        </label>
        <label>
          <input type="checkbox" checked={emptyFolders} onChange={() => setEmptyFolders(!emptyFolders)} />
          empty folders
        </label>
      </fieldset>
      {problem !== null && <p role="alert">{problem}</p>}
      <div className={dialogStyles.actions}>
        <Button onClick={() => onDone()}>Cancel</Button>
        <Button look="go" data-autofocus="" onClick={() => void begin()}>
          Download
        </Button>
      </div>
    </Dialog>
  );
}
