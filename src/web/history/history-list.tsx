import { type KeyboardEvent, useRef } from "react";
import { AuthorMark } from "./author-mark.tsx";
import styles from "./history.module.css";
import { authorText, type TimelineItem, versionTitle, workText } from "./timeline-items.ts";

interface HistoryListProps {
  readonly items: readonly TimelineItem[];
  readonly chosen: string | null;
  readonly onChoose: (item: TimelineItem) => void;
}

/** Newest first, by day; arrow keys go from one to the next. */
export function HistoryList({ items, chosen, onChoose }: HistoryListProps) {
  const list = useRef<HTMLDivElement>(null);
  const days = byDay(items);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button[data-item]") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    if (at === -1) return;
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    buttons[target]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the buttons, which are interactive.
    <div ref={list} className={styles.list} onKeyDown={onKeyDown}>
      {[...days].map(([day, ofDay]) => (
        <section key={day} aria-label={dayText(day)}>
          <h3 className={styles.day}>{dayText(day)}</h3>
          <ol>
            {ofDay.map((item) => (
              <li key={item.key}>
                <button
                  type="button"
                  data-item={item.key}
                  className={`${styles.item} ${item.type === "version" ? styles.version : ""}`}
                  aria-current={item.key === chosen}
                  onClick={() => onChoose(item)}
                >
                  <Item item={item} />
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function Item({ item }: { item: TimelineItem }) {
  const author = item.type === "version" ? item.version.author : item.author;
  const isNamed = item.type === "version" && item.version.name !== null;
  return (
    <>
      <AuthorMark author={author} />
      <span className={styles.what}>
        <span className={isNamed ? styles.named : undefined}>
          {item.type === "version" ? versionTitle(item.version) : workText(item.entries)}
        </span>
        <span className={styles.who}>
          {item.type === "version" ? `Version ${item.version.id}, ${authorText(author)}` : authorText(author)}
        </span>
      </span>
      <time dateTime={new Date(item.atMs).toISOString()} title={new Date(item.atMs).toLocaleString()}>
        {timeText(item.atMs)}
      </time>
    </>
  );
}

function byDay(items: readonly TimelineItem[]): ReadonlyMap<string, readonly TimelineItem[]> {
  const days = new Map<string, TimelineItem[]>();
  for (const item of items) {
    const day = new Date(item.atMs).toDateString();
    const known = days.get(day);
    if (known === undefined) days.set(day, [item]);
    else known.push(item);
  }
  return days;
}

function dayText(day: string): string {
  const today = new Date();
  if (day === today.toDateString()) return "Today";
  today.setDate(today.getDate() - 1);
  if (day === today.toDateString()) return "Yesterday";
  return new Date(day).toLocaleDateString(undefined, {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
}

export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
