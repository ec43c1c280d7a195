import { useState } from "react";
import { files } from "../listing/folder-state.ts";
import { Button } from "../parts/button.tsx";
import { answerOf } from "../session/api.ts";
import { formatBytes } from "../text/sizes.ts";
import styles from "./file-page.module.css";
import type { LoadedText } from "./load-file.ts";
import { TextLinesView } from "./text-lines-view.tsx";

/** A bigger text is read, not written, here. */
const MAX_EDITED_BYTES = 1_000_000;

interface TextFileProps {
  readonly path: string;
  readonly file: LoadedText;
  readonly mayEdit: boolean;
  readonly onLoad: () => void;
}

/** Text with its lines; changed in place, and saved only over what was read. */
export function TextFile({ path, file, mayEdit, onLoad }: TextFileProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [mark, setMark] = useState(file.mark);
  const [saved, setSaved] = useState(file.text);
  const [problem, setProblem] = useState<{ readonly text: string; readonly changed: boolean } | null>(null);
  const canEdit = mayEdit && !file.truncated && file.bytes <= MAX_EDITED_BYTES;
  const save = async (over = mark): Promise<void> => {
    if (draft === null) return;
    const answer = await answerOf(files.saveText(path, draft, over));
    if (!answer.ok) return setProblem({ text: answer.message, changed: answer.code === "file-changed" });
    setMark(answer.value.mark);
    setSaved(draft);
    setProblem(null);
  };
  return (
    <>
      <div className={styles.textTools}>
        <span>
          {formatBytes(file.bytes)}
          {file.truncated && ", of which the beginning is shown"}
        </span>
        {canEdit && draft === null && <Button onClick={() => setDraft(saved)}>Edit</Button>}
        {draft !== null && (
          <>
            <Button look="go" disabled={draft === saved} onClick={() => void save()}>
              Save
            </Button>
            <Button onClick={() => setDraft(null)}>{draft === saved ? "Done" : "Discard"}</Button>
          </>
        )}
      </div>
      {problem !== null && (
        <div role="alert" className={styles.problem}>
          <span>{problem.text}</span>
          {problem.changed && <Button onClick={onLoad}>Load it again</Button>}
        </div>
      )}
      {draft === null ? (
        <TextLinesView text={saved} />
      ) : (
        <textarea
          className={styles.editor}
          aria-label="Text of the file"
          value={draft}
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
            event.preventDefault();
            void save();
          }}
        />
      )}
    </>
  );
}
