import { useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { actorKey, type TimelineEvent, type TimelineKind } from "../../api/timeline.ts";
import { CellId } from "../../util/ids.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import rail from "../run/rail.module.css";
import { useCellIds, useSession } from "../session/hooks.ts";
import { AuthorMark } from "./author-mark.tsx";
import styles from "./events.module.css";
import { type EventItem, eventItems, groupText, isUneventful } from "./events-items.ts";
import { timeText } from "./history-list.tsx";
import { RanSource } from "./ran-source.tsx";
import { useTimeline } from "./use-timeline.ts";
import { useWindow } from "./use-window.ts";

const KINDS: Readonly<Record<TimelineKind, string>> = {
  run: "Runs",
  step: "Steps",
  parameters: "Parameters",
  hold: "Holds and answers",
  edit: "Edits",
  version: "Versions",
  kernel: "Kernel",
  outside: "Other programs",
  comment: "Comments",
  question: "Questions",
};
const ALL_KINDS = Object.keys(KINDS) as readonly TimelineKind[];

/** Everything that happened to the notebook, newest first; each leads to its cell, and to how that was then. */
export function EventsPanel() {
  const [kinds, setKinds] = useState<ReadonlySet<TimelineKind>>(new Set());
  const [who, setWho] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [ran, setRan] = useState<TimelineEvent | null>(null);
  const online = useSession(({ connection }) => connection === "online");
  const { view, problem, isBusy, reload, readMore } = useTimeline({ kinds, who });
  const items = useMemo(() => eventItems(view?.events ?? [], opened), [view, opened]);
  const toggle = (kind: TimelineKind): void => {
    const next = new Set(kinds);
    if (!next.delete(kind)) next.add(kind);
    setKinds(next);
  };
  const filtered = kinds.size > 0 || who !== null;
  return (
    <section className={`${rail.section} ${styles.panel}`} aria-labelledby="events-title">
      <h2 id="events-title" className="visually-hidden">
        Timeline
      </h2>
      <details className={styles.filter} open={filtered || undefined}>
        <summary>
          {filtered ? `Only ${filterText(kinds, who, view?.actors ?? [])}` : "Everything, by everybody"}
        </summary>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
        <div className={styles.kinds} role="group" aria-label="Kinds">
          {ALL_KINDS.map((kind) => (
            <button key={kind} type="button" aria-pressed={kinds.has(kind)} onClick={() => toggle(kind)}>
              {KINDS[kind]}
            </button>
          ))}
        </div>
        <label className={styles.who}>
          By{" "}
          <select
            value={who ?? ""}
            onChange={(event) => setWho(event.target.value === "" ? null : event.target.value)}
          >
            <option value="">everybody</option>
            {(view?.actors ?? []).map((actor) => (
              <option key={actorKey(actor)} value={actorKey(actor)}>
                {actor.displayName}
                {actor.kind === "pipeline" ? " (pipeline)" : ""}
              </option>
            ))}
          </select>
        </label>
        {filtered && (
          <Button
            look="quiet"
            onClick={() => {
              setKinds(new Set());
              setWho(null);
            }}
          >
            Show everything
          </Button>
        )}
      </details>
      {!online && (
        <p className={styles.offline} role="status">
          No connection. This is how it was; what happens meanwhile comes when it is back.
        </p>
      )}
      {problem !== null && online && (
        <div>
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
          <Button onClick={reload}>Try again</Button>
        </div>
      )}
      {view === null && problem === null && (
        <p className={rail.nothing} aria-busy="true">
          What happened is being gathered.
        </p>
      )}
      {view !== null && (filtered ? items.length === 0 : isUneventful(view.events)) && (
        <p className={rail.nothing}>
          {filtered
            ? "Nothing of that kind happened here."
            : "Nothing has happened here yet. Runs and their steps, parameters, answers, edits and who made them, versions and comments will stand here."}
        </p>
      )}
      <EventList
        items={items}
        opened={opened}
        onOpen={(key) => {
          const next = new Set(opened);
          if (!next.delete(key)) next.add(key);
          setOpened(next);
        }}
        onRan={setRan}
        onEnd={view?.more && !isBusy ? readMore : null}
      />
      {view?.more && (
        <Button look="quiet" disabled={isBusy} onClick={readMore}>
          Older ones
        </Button>
      )}
      {/* Not in the panel, which a narrow page may hide. */}
      {ran !== null && createPortal(<RanSource event={ran} onClose={() => setRan(null)} />, document.body)}
    </section>
  );
}

function filterText(
  kinds: ReadonlySet<TimelineKind>,
  who: string | null,
  actors: readonly Parameters<typeof actorKey>[0][],
): string {
  const what =
    kinds.size === 0 ? "everything" : [...kinds].map((kind) => KINDS[kind].toLowerCase()).join(", ");
  const actor = actors.find((each) => actorKey(each) === who);
  return who === null ? what : `${what}, by ${actor?.displayName ?? "somebody"}`;
}

interface EventListProps {
  readonly items: readonly EventItem[];
  readonly opened: ReadonlySet<string>;
  readonly onOpen: (key: string) => void;
  /** What a step executed is asked for. */
  readonly onRan: (event: TimelineEvent) => void;
  /** The reader comes to the end; null: there is no more, or it is on its way. */
  readonly onEnd: (() => void) | null;
}

/** Only what is near its window is drawn. */
function EventList({ items, opened, onOpen, onRan, onEnd }: EventListProps) {
  const list = useRef<HTMLOListElement>(null);
  const { from, to, before, after, measure } = useWindow(list, items);
  useEffect(() => {
    if (onEnd !== null && items.length > 0 && to >= items.length - 5) onEnd();
  }, [onEnd, to, items.length]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>("button[data-event]") ?? [])];
    const next = all[all.indexOf(document.activeElement as HTMLElement) + by];
    if (next === undefined || !list.current?.contains(document.activeElement)) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <ol ref={list} className={styles.list} onKeyDown={onKeyDown} aria-label="What happened, newest first">
      {before > 0 && <li aria-hidden="true" style={{ height: before }} />}
      {items.slice(from, to).map((item) => (
        <li key={item.key} ref={(element) => measure(item.key, element)} className={styles.row}>
          {item.type === "day" ? (
            <h3 className={styles.day}>{dayText(item.atMs)}</h3>
          ) : item.type === "group" ? (
            <Group item={item} isOpen={opened.has(item.key)} onOpen={() => onOpen(item.key)} />
          ) : (
            <EventRow event={item.event} onRan={onRan} />
          )}
        </li>
      ))}
      {after > 0 && <li aria-hidden="true" style={{ height: after }} />}
    </ol>
  );
}

function Group(props: { item: Extract<EventItem, { type: "group" }>; isOpen: boolean; onOpen: () => void }) {
  const { item, isOpen, onOpen } = props;
  const [first] = item.events;
  return (
    <button type="button" data-event="" className={styles.group} aria-expanded={isOpen} onClick={onOpen}>
      {first && <AuthorMark author={first.by} />}
      <span className={styles.text}>
        {groupText(item.events)} <span className={styles.open}>{isOpen ? "▾" : "▸"}</span>
      </span>
      <Time atMs={item.atMs} />
    </button>
  );
}

function EventRow({ event, onRan }: { event: TimelineEvent; onRan: EventListProps["onRan"] }) {
  const page = usePage();
  const order = useCellIds();
  const { cellId, by, text, reason, tone, atMs, version, kind } = event;
  const isThere = cellId !== null && order.includes(CellId.of(cellId));
  const [isOpen, setOpen] = useState(false);
  const canOpen = cellId !== null || version !== null;
  const then = (): void => page.openHistory(isThere && cellId !== null ? CellId.of(cellId) : null, atMs);
  const body = (
    <>
      <AuthorMark author={by} />
      <span className={styles.text}>
        <span className={styles[tone]}>{text}</span>
        {reason !== null && <span className={styles.reason}>{kind === "step" ? reason : `“${reason}”`}</span>}
      </span>
      <Time atMs={atMs} />
    </>
  );
  if (!canOpen) return <div className={styles.event}>{body}</div>;
  return (
    <>
      <button
        type="button"
        data-event=""
        className={styles.event}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {body}
      </button>
      {isOpen && (
        <div className={styles.actions}>
          {isThere && cellId !== null && (
            <Button look="quiet" onClick={() => page.select(CellId.of(cellId), { reveal: true })}>
              Go to the cell
            </Button>
          )}
          <Button look="quiet" onClick={then}>
            {version !== null
              ? "Compare with now"
              : cellId === null || !isThere
                ? "The notebook then"
                : "As it was then"}
          </Button>
          {event.ordinal !== null && event.runId !== null && (
            <Button look="quiet" onClick={() => onRan(event)}>
              What ran
            </Button>
          )}
          {kind === "comment" && isThere && cellId !== null && (
            <Button look="quiet" onClick={() => page.showComments(CellId.of(cellId))}>
              The thread
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Time({ atMs }: { atMs: number }) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toLocaleString()}>
      {timeText(atMs)}
    </time>
  );
}

function dayText(atMs: number): string {
  const day = new Date(atMs).toDateString();
  const now = new Date();
  if (day === now.toDateString()) return "Today";
  now.setDate(now.getDate() - 1);
  if (day === now.toDateString()) return "Yesterday";
  return new Date(atMs).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "long" });
}
