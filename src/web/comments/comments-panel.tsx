import { useEffect, useRef, useState } from "react";
import { mentionsOf } from "../../document/comments/comment-book.ts";
import { CellId } from "../../util/ids.ts";
import { keysOf } from "../notebook/commands.ts";
import { usePage, useUi } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { Keys } from "../parts/keys.tsx";
import rail from "../run/rail.module.css";
import { useCell, useCellIds, useSession } from "../session/hooks.ts";
import { useStore } from "../session/store.ts";
import { CommentField, type CommentFieldHandle } from "./comment-field.tsx";
import styles from "./comments.module.css";
import { commentsOf, newCommentId } from "./comments-model.ts";
import { goToAnchor } from "./go-to-anchor.ts";
import { ThreadCard } from "./thread-card.tsx";
import { type CommentFilter, threadsOf } from "./thread-order.ts";

/** What people say of the notebook's cells: in the margin, or as a sheet over a narrow page. */
export function CommentsPanel() {
  const page = usePage();
  const model = commentsOf(page);
  const state = useStore(model.state);
  const order = useCellIds();
  const active = useUi((ui) => ui.active);
  const asked = useUi((ui) => ui.commentOn);
  const online = useSession(({ connection }) => connection === "online");
  const { edit } = useSession((now) => now.rights);
  const limited = useSession((now) => now.limitedTo !== undefined);
  const [filter, setFilter] = useState<CommentFilter>("open");
  const list = useRef<HTMLDivElement>(null);
  const blocked = online ? null : "No connection: it can be sent when it is back. What you write stays here.";
  const { shown, orphans } = threadsOf(state.threads, filter, state.you, order);
  const count = {
    open: state.threads.filter(({ resolved }) => resolved === null).length,
    "for-you": mentionsOf(state.threads, state.you).length,
    resolved: state.threads.filter(({ resolved }) => resolved !== null).length,
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: where the reader goes, the margin goes along.
  useEffect(() => {
    const cards = list.current?.querySelectorAll<HTMLElement>(`[data-cell-of="${CSS.escape(active ?? "")}"]`);
    const rails = list.current?.closest("aside");
    if (!cards?.[0] || rails?.contains(document.activeElement)) return;
    cards[0].scrollIntoView({ block: "nearest" });
  }, [active, filter]);

  const card = (thread: (typeof shown)[number]) => (
    <div key={thread.id} data-cell-of={thread.anchor.cellId}>
      <ThreadCard
        thread={thread}
        position={order.indexOf(CellId.of(thread.anchor.cellId)) + 1}
        state={state}
        current={thread.anchor.cellId === active}
        blocked={blocked}
        mayDelete={edit && !limited}
        onGo={() => goToAnchor(page, thread.anchor)}
      />
    </div>
  );
  return (
    <section className={`${rail.section} ${styles.panel}`} aria-labelledby="comments-title" ref={list}>
      <h2 id="comments-title" className="visually-hidden">
        Comments
      </h2>
      {active !== null && state.status === "there" && (
        <NewThread key={active} cellId={active} blocked={blocked} asked={asked} />
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div className={styles.filters} role="group" aria-label="Which threads">
        {(["open", "for-you", "resolved"] as const).map((one) => (
          <button key={one} type="button" aria-pressed={filter === one} onClick={() => setFilter(one)}>
            {FILTERS[one]}{" "}
            <span className={one === "for-you" && count[one] > 0 ? styles.named : ""}>{count[one]}</span>
          </button>
        ))}
      </div>
      {!online && (
        <p className={styles.offline} role="status">
          No connection. What was said until now is here; new comments come when it is back.
        </p>
      )}
      {state.status === "loading" && (
        <p className={rail.nothing} aria-busy="true">
          Comments are being fetched.
        </p>
      )}
      {state.status === "failed" && (
        <div>
          <p role="alert" className={styles.problem}>
            {state.problem}
          </p>
          <Button onClick={() => void model.load()}>Try again</Button>
        </div>
      )}
      {state.status === "there" && shown.length + orphans.length === 0 && <Nothing filter={filter} />}
      {shown.map(card)}
      {orphans.length > 0 && (
        <>
          <h3 className={styles.orphans}>On cells that are gone</h3>
          {orphans.map(card)}
        </>
      )}
    </section>
  );
}

const FILTERS = { open: "Open", "for-you": "For me", resolved: "Resolved" } as const;

function Nothing({ filter }: { filter: CommentFilter }) {
  if (filter === "resolved") return <p className={rail.nothing}>No thread was resolved yet.</p>;
  if (filter === "for-you")
    return (
      <p className={rail.nothing}>
        Nobody asks for you. Threads that name you with @ stand here until you answer.
      </p>
    );
  return (
    <p className={rail.nothing}>
      Nobody has said anything yet. Select a cell and press <Keys keys={keysOf("comment") ?? ""} />: what you
      write is seen by everybody who has the notebook open, and is no part of its file.
    </p>
  );
}

interface NewThreadProps {
  readonly cellId: CellId;
  readonly blocked: string | null;
  /** A new object asks for the field. */
  readonly asked: { readonly cellId: CellId; readonly output: number | null } | null;
}

function NewThread({ cellId, blocked, asked }: NewThreadProps) {
  const page = usePage();
  const model = commentsOf(page);
  const cell = useCell(cellId);
  const people = useStore(model.state).people;
  const [output, setOutput] = useState<number | null>(null);
  const draft = useRef(newCommentId());
  const field = useRef<CommentFieldHandle>(null);
  useEffect(() => {
    if (asked === null || asked.cellId !== cellId) return;
    setOutput(asked.output);
    field.current?.focus();
    page.ui.update((ui) => (ui.commentOn === asked ? { ...ui, commentOn: null } : ui));
  }, [asked, cellId, page]);
  const position = page.ids().indexOf(cellId) + 1;
  if (!cell || position === 0) return null;
  const outputs = cell.outputs.slice(0, MAX_OFFERED);
  return (
    <div className={styles.begin}>
      <CommentField
        ref={field}
        label={
          output === null
            ? `Comment on cell ${position}`
            : `Comment on output ${output + 1} of cell ${position}`
        }
        action="Comment"
        people={people}
        blocked={blocked}
        onSend={async (text) => {
          const failed = await model.begin(cellId, output, text, draft.current);
          if (failed === null) draft.current = newCommentId();
          return failed;
        }}
      />
      {outputs.length > 0 && (
        <label className={styles.about}>
          About{" "}
          <select
            value={output === null ? "cell" : String(output)}
            onChange={(event) => setOutput(event.target.value === "cell" ? null : Number(event.target.value))}
          >
            <option value="cell">the cell</option>
            {outputs.map((_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an output is named by its place.
              <option key={index} value={String(index)}>
                output {index + 1}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** Of a cell with more outputs, the first are offered. */
const MAX_OFFERED = 50;
