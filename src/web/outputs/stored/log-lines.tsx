import { memo, type ReactNode } from "react";
import { patternOf } from "../../notebook/find-text.ts";
import { parseAnsi } from "../../text/ansi.ts";
import { AnsiLineView } from "../ansi-text.tsx";
import type { LogPages, PageLine } from "./log-pages.ts";
import styles from "./log-view.module.css";

interface LogLinesProps {
  readonly pages: LogPages;
  readonly from: number;
  readonly to: number;
  readonly total: number;
  /** Pixels from the beginning of what is scrolled to the first line here. */
  readonly offset: number;
  readonly wraps: boolean;
  readonly query: string;
  readonly found: readonly number[];
  readonly at: number | null;
  readonly chosen: { readonly from: number; readonly to: number } | null;
  readonly onChoose: (line: number, extend: boolean) => void;
}

/** The lines in view, with their numbers. */
export function LogLines(props: LogLinesProps) {
  const { pages, from, to, total, offset, wraps, query, found, at, chosen } = props;
  const holding = new Set(found.slice(lowerBound(found, from), lowerBound(found, to)));
  const digits = String(total).length;
  return (
    <ol
      className={`${styles.lines} ${wraps ? styles.wraps : ""}`}
      style={{ transform: `translateY(${offset}px)`, ["--digits" as string]: digits }}
    >
      {Array.from({ length: Math.max(0, to - from) }, (_, index) => {
        const number = from + index;
        const isChosen = chosen !== null && number >= chosen.from && number < chosen.to;
        return (
          <LogLine
            key={number}
            number={number}
            total={total}
            text={pages.line(number)}
            query={holding.has(number) ? query : ""}
            isNow={number === at}
            isChosen={isChosen}
            onChoose={props.onChoose}
          />
        );
      })}
    </ol>
  );
}

interface LogLineProps {
  readonly number: number;
  readonly total: number;
  readonly text: PageLine;
  /** What was found in it. */
  readonly query: string;
  readonly isNow: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (line: number, extend: boolean) => void;
}

const LogLine = memo(
  function LogLine({ number, total, text, query, isNow, isChosen, onChoose }: LogLineProps) {
    const marks = `${isNow ? styles.now : ""} ${isChosen ? styles.chosen : ""} ${query ? styles.holds : ""}`;
    return (
      <li className={`${styles.line} ${marks}`} aria-setsize={total} aria-posinset={number + 1}>
        <button
          type="button"
          className={styles.number}
          tabIndex={-1}
          aria-label={`Line ${number + 1}`}
          aria-pressed={isChosen}
          onClick={(event) => onChoose(number, event.shiftKey)}
        >
          {number + 1}
        </button>
        <span className={styles.text}>{contentOf(text, query)}</span>
      </li>
    );
  },
  (before, after) =>
    before.text === after.text &&
    before.query === after.query &&
    before.isNow === after.isNow &&
    before.isChosen === after.isChosen &&
    before.total === after.total,
);

function contentOf(text: PageLine, query: string): ReactNode {
  if (text === undefined) return <span className={styles.waiting}>…</span>;
  if (text === null)
    return <span className={styles.waiting}>gone: there was no room on the disk for it</span>;
  if (query !== "" && !text.includes("\u001b")) return <Marked text={text} query={query} />;
  const [line] = parseAnsi(text);
  return line === undefined ? "\u200b" : <AnsiLineView line={line} />;
}

function Marked({ text, query }: { text: string; query: string }) {
  const pattern = patternOf(query);
  if (pattern === null) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), <mark key={match.index}>{match[0]}</mark>);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Index of the first that is not below. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
