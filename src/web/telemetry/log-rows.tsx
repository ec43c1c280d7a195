import { useEffect, useRef, useState } from "react";
import { clockTime } from "../../telemetry/fallback/logs-text.ts";
import type { LogLine } from "../../telemetry/telemetry-store.ts";
import { patternOf } from "../notebook/find-text.ts";
import { firstLine, scrollScale } from "../outputs/stored/scroll-scale.ts";
import { useSteadyWheel } from "../outputs/stored/use-steady-wheel.ts";
import { LevelSign } from "./level-mark.tsx";
import type { LogWindow } from "./log-window.ts";
import styles from "./logs.module.css";

/** Pixels; the style sheet says the same. */
const LINE = 20;
const MARGIN = 12;

interface LogRowsProps {
  readonly lines: LogWindow;
  readonly rows: number | null;
  readonly search: string;
  readonly follows: boolean;
  readonly onFollows: (follows: boolean) => void;
}

/** The lines near the window, however many there are. */
export function LogRows({ lines, rows, search, follows, onFollows }: LogRowsProps) {
  const view = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [height, setHeight] = useState((rows ?? 30) * LINE);
  const { count } = lines;
  const scale = scrollScale(count, LINE, height);
  const { line: top, hidden } = firstLine(scrollTop, scale, LINE);
  const from = Math.max(0, top - MARGIN);
  const to = Math.min(count, top + Math.ceil(height / LINE) + MARGIN);
  useEffect(() => lines.want(from, to), [lines, from, to]);
  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows whatever comes.
  useEffect(() => {
    if (follows && view.current) view.current.scrollTop = view.current.scrollHeight;
  }, [follows, count, lines, height]);
  // What comes in above must not move what is read.
  const first = useRef({ lines, index: lines.line(0)?.index, count });
  useEffect(() => {
    const before = first.current;
    const index = lines.line(0)?.index;
    if (
      before.lines === lines &&
      before.index !== undefined &&
      index !== undefined &&
      index < before.index &&
      view.current
    )
      view.current.scrollTop += (count - before.count) * LINE;
    first.current = { lines, index, count };
  });
  useSteadyWheel(view, scale.factor);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a region that scrolls, as WCAG's technique for it wants it.
    <div
      ref={view}
      className={styles.view}
      style={rows === null ? undefined : { height: rows * LINE }}
      role="group"
      aria-label="Lines of the log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop: now, scrollHeight, clientHeight } = event.currentTarget;
        const isAtEnd = scrollHeight - clientHeight - now <= 2 * LINE;
        // Up from the end: somebody reads. Only a move of theirs decides, not a line that came.
        if (follows && !isAtEnd && now < scrollTop) onFollows(false);
        if (now < 10 * LINE && lines.canReadEarlier) lines.earlier();
        setScrollTop(now);
      }}
      onKeyDown={(event) => {
        // The notebook's own keys move between cells; here they scroll, by the browser's hand.
        if (SCROLL_KEYS.has(event.key)) event.stopPropagation();
      }}
    >
      {count === 0 && (
        <p className={styles.empty}>
          {lines.isBegun ? "No line is like that." : "Looking through the log …"}
        </p>
      )}
      <div className={styles.scrolled} style={{ height: scale.height }}>
        <ol
          className={styles.lines}
          style={{ transform: `translateY(${scrollTop - hidden - (top - from) * LINE}px)` }}
        >
          {Array.from({ length: Math.max(0, to - from) }, (_, index) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
              key={from + index}
              line={lines.line(from + index)}
              search={search}
              row={from + index}
              count={count}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

const SCROLL_KEYS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);

interface RowProps {
  readonly line: LogLine | undefined;
  readonly search: string;
  readonly row: number;
  readonly count: number;
}

function Row({ line, search, row, count }: RowProps) {
  if (line === undefined) return <li className={styles.line}>…</li>;
  const { level, timeMs, logger, step, text, index } = line;
  const where = [`line ${(index + 1).toLocaleString("en")}`, ...(step === null ? [] : [`step ${step}`])].join(
    ", ",
  );
  return (
    <li
      className={`${styles.line} ${styles[level]}`}
      aria-setsize={count}
      aria-posinset={row + 1}
      title={where}
    >
      <time className={styles.time}>{clockTime(timeMs).slice(0, 12)}</time>
      <LevelSign level={level} />
      <span className={styles.word}>{level}</span>
      {logger !== null && <span className={styles.logger}>{logger}</span>}
      <span className={styles.text}>{marked(text.replaceAll("\n", " ⏎ "), search)}</span>
    </li>
  );
}

function marked(text: string, search: string) {
  const pattern = search === "" ? null : patternOf(search);
  if (pattern === null) return text;
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), <mark key={match.index}>{match[0]}</mark>);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}
