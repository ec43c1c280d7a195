import { useRef, useState } from "react";
import type { Comment, CommentThread } from "../../api/comments.ts";
import { AuthorMark } from "../history/author-mark.tsx";
import { usePage } from "../notebook/page-context.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { CheckIcon, MoreIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { useNow } from "../session/hooks.ts";
import { formatAgo } from "../text/durations.ts";
import { CommentField } from "./comment-field.tsx";
import { CommentText } from "./comment-text.tsx";
import styles from "./comments.module.css";
import { type CommentsState, commentsOf, newCommentId } from "./comments-model.ts";

interface ThreadCardProps {
  readonly thread: CommentThread;
  /** The cell's number; 0: the cell is gone. */
  readonly position: number;
  readonly state: CommentsState;
  /** Its cell is the selected one. */
  readonly current: boolean;
  readonly blocked: string | null;
  readonly mayDelete: boolean;
  readonly onGo: () => void;
}

/** One thread: what it is about, what was said, and the field to answer in. */
export function ThreadCard(props: ThreadCardProps) {
  const { thread, position, state, current, blocked, mayDelete, onGo } = props;
  const model = commentsOf(usePage());
  const [problem, setProblem] = useState<string | null>(null);
  const draft = useRef(newCommentId());
  const { resolved, anchor } = thread;
  const where =
    position === 0
      ? "A cell that is gone"
      : `Cell ${position}${anchor.output === null ? "" : `, output ${anchor.output + 1}`}`;
  const settle = async (): Promise<void> => setProblem(await model.settle(thread.id, resolved === null));
  return (
    <article
      className={`${styles.card} ${current ? styles.current : ""} ${resolved === null ? "" : styles.resolved}`}
      aria-label={`Comments on ${where.toLowerCase()}`}
      data-thread={thread.id}
      tabIndex={-1}
    >
      <header className={styles.head}>
        {position === 0 ? (
          <span className={styles.gone}>{where}</span>
        ) : (
          <button type="button" className={styles.go} onClick={onGo}>
            {where}
          </button>
        )}
        {thread.excerpt !== "" && <code className={styles.excerpt}>{thread.excerpt}</code>}
        <IconButton
          label={resolved === null ? "Resolve" : "Open again"}
          aria-pressed={resolved !== null}
          className={resolved === null ? "" : styles.done}
          disabled={blocked !== null}
          onClick={() => void settle()}
        >
          <CheckIcon />
        </IconButton>
      </header>
      <ol className={styles.said}>
        {thread.comments.map((comment) => (
          <Said
            key={comment.id}
            comment={comment}
            state={state}
            mayDelete={mayDelete}
            blocked={blocked}
            onProblem={setProblem}
          />
        ))}
      </ol>
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {resolved !== null ? (
        <p className={styles.settled}>Resolved by {resolved.by.displayName}.</p>
      ) : (
        <CommentField
          label="Answer"
          action="Answer"
          people={state.people}
          blocked={blocked}
          onSend={async (text) => {
            const failed = await model.answer(thread.id, text, draft.current);
            if (failed === null) draft.current = newCommentId();
            return failed;
          }}
        />
      )}
    </article>
  );
}

interface SaidProps {
  readonly comment: Comment;
  readonly state: CommentsState;
  readonly mayDelete: boolean;
  readonly blocked: string | null;
  readonly onProblem: (problem: string | null) => void;
}

function Said({ comment, state, mayDelete, blocked, onProblem }: SaidProps) {
  const model = commentsOf(usePage());
  const [edits, setEdits] = useState(false);
  const [asks, setAsks] = useState(false);
  const now = useNow(30_000);
  const { by, atMs, editedAtMs, isDeleted, text } = comment;
  const own = by.who === state.you;
  if (isDeleted) return <li className={styles.deleted}>{by.displayName} deleted a comment.</li>;
  const remove = async (): Promise<void> => {
    setAsks(false);
    onProblem(await model.remove(comment.id));
  };
  return (
    <li className={styles.one}>
      <AuthorMark author={by} />
      <div className={styles.what}>
        <p className={styles.who}>
          <b>{by.displayName}</b>
          <time dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toLocaleString()}>
            {formatAgo(now - atMs, atMs)}
            {editedAtMs !== null && ", edited"}
          </time>
          {(own || mayDelete) && blocked === null && (
            <Menu
              label={`More for ${by.displayName}’s comment`}
              className={styles.more}
              groups={[
                own ? [{ label: "Edit", onSelect: () => setEdits(true) }] : [],
                [{ label: "Delete", danger: true, onSelect: () => setAsks(true) }],
              ]}
            >
              <MoreIcon />
            </Menu>
          )}
        </p>
        {edits ? (
          <CommentField
            label="Edit the comment"
            action="Save"
            initial={text}
            autoFocus
            people={state.people}
            blocked={blocked}
            onCancel={() => setEdits(false)}
            onSend={async (next) => {
              const failed = await model.edit(comment.id, next);
              if (failed === null) setEdits(false);
              return failed;
            }}
          />
        ) : (
          <CommentText text={text} people={state.people} you={state.you} />
        )}
        {asks && (
          <div className={styles.actions}>
            <Button look="danger" autoFocus onClick={() => void remove()}>
              Delete it
            </Button>
            <Button look="quiet" onClick={() => setAsks(false)}>
              Keep
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
