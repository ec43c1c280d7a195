import { useEffect, useRef, useState } from "react";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { answerOf } from "../session/api.ts";
import { formatBytes } from "../text/sizes.ts";
import { type Choice, ClashChoice } from "./clash-choice.tsx";
import type { ToSend } from "./dropped-files.ts";
import { joined } from "./entry-name.ts";
import styles from "./folder-page.module.css";
import { type Notice, files as server } from "./folder-state.ts";
import { type OnClash, sendFile } from "./send-file.ts";

interface UploadsProps {
  readonly folder: string;
  readonly files: readonly ToSend[];
  readonly onDone: (said?: Notice) => void;
}

/** Asks about taken names first, then sends one file after the other, and tells how far it is. */
export function Uploads({ folder, files, onDone }: UploadsProps) {
  const [taken, setTaken] = useState<readonly string[] | null>(null);
  const [choice, setChoice] = useState<Choice>("keep-both");
  const [onClash, setOnClash] = useState<OnClash | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, for these files.
  useEffect(() => {
    void answerOf(
      server.clashes(
        folder,
        files.map(({ name }) => name),
      ),
    ).then((answer) => {
      if (!answer.ok) return onDone({ text: answer.message, bad: true });
      if (answer.value.taken.length === 0) setOnClash("refuse");
      else setTaken(answer.value.taken);
    });
  }, []);
  if (onClash !== null) return <Sending folder={folder} files={files} onClash={onClash} onDone={onDone} />;
  if (taken === null) return null;
  return (
    <Dialog title="Names that are taken" onClose={() => onDone()}>
      <ClashChoice names={taken} choice={choice} onChoose={setChoice} />
      <div className={dialogStyles.actions}>
        <Button onClick={() => onDone()}>Cancel</Button>
        <Button look="go" data-autofocus="" onClick={() => setOnClash(choice)}>
          Upload
        </Button>
      </div>
    </Dialog>
  );
}

function Sending({ folder, files, onClash, onDone }: UploadsProps & { readonly onClash: OnClash }) {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const [sent, setSent] = useState({ files: 0, bytes: 0 });
  const abort = useRef(new AbortController());
  const isBegun = useRef(false);
  useEffect(() => {
    // Once, also where React mounts twice.
    if (isBegun.current) return;
    isBegun.current = true;
    void sendAll({ folder, files, onClash, signal: abort.current.signal, onSent: setSent }).then(onDone);
  }, [folder, files, onClash, onDone]);
  return (
    <section className={styles.progress} aria-label="Upload">
      <span>
        {sent.files} of {files.length} uploaded, {formatBytes(sent.bytes)} of {formatBytes(total)}
      </span>
      <progress max={Math.max(1, total)} value={sent.bytes} aria-label="Uploaded" />
      <Button onClick={() => abort.current.abort()}>Cancel</Button>
    </section>
  );
}

interface SendAll {
  readonly folder: string;
  readonly files: readonly ToSend[];
  readonly onClash: OnClash;
  readonly signal: AbortSignal;
  readonly onSent: (sent: { readonly files: number; readonly bytes: number }) => void;
}

async function sendAll({ folder, files, onClash, signal, onSent }: SendAll): Promise<Notice | undefined> {
  let bytes = 0;
  let done = 0;
  const failed: string[] = [];
  for (const { name, file } of files) {
    if (signal.aborted) break;
    const answer = await sendFile(joined(folder, name), file, onClash, {
      signal,
      onSent: (of) => onSent({ files: done, bytes: bytes + Math.min(of, file.size) }),
    });
    if (!answer.ok && answer.code !== "aborted") failed.push(`${name}: ${answer.message}`);
    bytes += file.size;
    done += answer.ok ? 1 : 0;
    onSent({ files: done, bytes });
  }
  if (failed.length > 0) {
    const more = failed.length > 1 ? ` (${failed.length - 1} more failed)` : "";
    return { text: `${failed[0]}${more}`, bad: true };
  }
  if (signal.aborted) return { text: `The upload was ended; ${done} of ${files.length} files are here.` };
  return { text: done === 1 ? `${files[0]?.name} is here.` : `${done} files are here.` };
}
