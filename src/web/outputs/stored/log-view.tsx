import { useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { StoredLog } from "../../../document/output-face.ts";
import { useKept } from "../../notebook/kept-state.ts";
import { usePage } from "../../notebook/page-context.ts";
import { useOutputs } from "../../session/use-outputs.ts";
import { stripAnsi } from "../../text/ansi.ts";
import { formatBytes } from "../../text/sizes.ts";
import { LogLines } from "./log-lines.tsx";
import { LogPages } from "./log-pages.ts";
import { LogToolbar } from "./log-toolbar.tsx";
import styles from "./log-view.module.css";
import { firstLine, scrollScale, scrollTopOf } from "./scroll-scale.ts";
import { useLogSearch } from "./use-log-search.ts";
import { useSteadyWheel } from "./use-steady-wheel.ts";

/** Pixels; the style sheet says the same. */
const LINE = 20;
const SHOWN_LINES = 24;
const MARGIN_LINES = 12;
/** What is copied at once; more is downloaded. */
const MAX_COPIED_LINES = 50_000;

interface LogViewProps {
  readonly stored: StoredLog;
  readonly label: string;
  readonly query?: string;
  readonly onClose: () => void;
}

/** The whole of a log, however long: scrolled, searched, followed, copied. Only the lines in view are drawn. */
export function LogView({ stored, label, query: asked = "", onClose }: LogViewProps) {
  const { ref, lines: total, bytes, seq } = stored;
  const outputs = useOutputs();
  const page = usePage();
  const view = useRef<HTMLDivElement>(null);
  const [wraps, setWraps] = useKept("wraps", false);
  const [follows, setFollows] = useKept("follows", false);
  const [query, setQuery] = useState(asked);
  const [at, setAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const [scrollTop, setScrollTop] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is told when the log grows.
  const pages = useMemo(
    () => new LogPages((from, to) => outputs.lines(ref, from, to), total),
    [outputs, ref],
  );
  useSyncExternalStore(pages.subscribe, () => pages.version);
  useEffect(() => () => pages.close(), [pages]);
  const found = useLogSearch(ref, query, seq);

  const viewHeight = Math.min(SHOWN_LINES, Math.max(total, 3)) * LINE;
  const scale = scrollScale(total, LINE, viewHeight);
  const { line: top, hidden } = firstLine(scrollTop, scale, LINE);
  const from = Math.max(0, top - MARGIN_LINES);
  const to = Math.min(total, top + SHOWN_LINES + MARGIN_LINES);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a log that is rewritten at its end has another number, too.
  useEffect(() => pages.grow(total), [pages, total, seq]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => pages.want(from, to), [pages, from, to, seq]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows whatever comes.
  useEffect(() => {
    if (follows && view.current) view.current.scrollTop = view.current.scrollHeight;
  }, [follows, total, seq]);

  const scrollTo = (line: number): void => {
    setFollows(false);
    if (view.current) view.current.scrollTop = scrollTopOf(line, scale, LINE, viewHeight);
  };
  const goTo = (line: number): void => {
    scrollTo(line);
    setAt(line);
  };
  const goToFound = (step: 1 | -1): void => {
    const here = at ?? top;
    const next =
      step === 1
        ? (found.lines.find((line) => line > here) ?? found.lines[0])
        : (found.lines.findLast((line) => line < here) ?? found.lines.at(-1));
    if (next !== undefined) goTo(next);
  };
  // The first place from where one is, as soon as there is one.
  const first = found.lines.find((line) => line >= top) ?? found.lines[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what was typed.
  useEffect(() => {
    if (query !== "" && first !== undefined) goTo(first);
  }, [query, first === undefined]);

  const scrollBy = (lines: number): void => {
    if (view.current) view.current.scrollTop += (lines * LINE) / scale.factor;
  };
  useSteadyWheel(view, scale.factor);

  const copy = async (): Promise<void> => {
    const part = chosen ?? { from: 0, to: total };
    if (part.to - part.from > MAX_COPIED_LINES) {
      page.tell(`More than ${MAX_COPIED_LINES.toLocaleString("en")} lines are not copied: download the log.`);
      return;
    }
    const lines: string[] = [];
    while (part.from + lines.length < part.to) {
      const got = await outputs.lines(ref, part.from + lines.length, part.to);
      if (got.lines.length === 0) break;
      for (const line of got.lines) lines.push(line === null ? "" : stripAnsi(line));
    }
    await navigator.clipboard.writeText(`${lines.join("\n")}\n`);
    page.tell(`${lines.length.toLocaleString("en")} ${lines.length === 1 ? "line" : "lines"} copied.`);
  };

  const helpId = useId();
  return (
    <section className={styles.log} aria-label={label}>
      <LogToolbar
        size={`${total.toLocaleString("en")} lines, ${formatBytes(bytes)}`}
        total={total}
        query={query}
        found={found}
        at={at}
        wraps={wraps}
        follows={follows}
        downloadAddress={outputs.textAddress(ref)}
        copies={chosen === null ? "all" : "chosen"}
        onQuery={(text) => {
          setAt(null);
          setQuery(text);
        }}
        onStep={goToFound}
        onLine={goTo}
        onWraps={setWraps}
        onFollows={setFollows}
        onCopy={() => void copy().catch(() => page.tell("The browser did not let the page copy."))}
        onClose={onClose}
      />
      <span id={helpId} className="visually-hidden">
        Arrows, Page Up and Down, Home and End scroll. A click on a line's number chooses it, with Shift up to
        it.
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a region that scrolls, as WCAG's technique for it wants it. */}
      <div
        ref={view}
        className={styles.view}
        style={{ height: viewHeight + 2 }}
        role="group"
        aria-label={`Lines of ${label}`}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop: now, scrollHeight, clientHeight } = event.currentTarget;
          if (follows && scrollHeight - clientHeight - now > 2 * LINE) setFollows(false);
          setScrollTop(now);
        }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const move = moveOf(event.key);
          if (move === null) return;
          event.preventDefault();
          event.stopPropagation();
          if (move === "close") onClose();
          else if (typeof move === "number") scrollBy(move);
          else scrollTo(move === "start" ? 0 : total - 1);
        }}
      >
        <div style={{ height: scale.height + (wraps ? viewHeight : 0), position: "relative" }}>
          <LogLines
            pages={pages}
            from={from}
            to={to}
            total={total}
            offset={scrollTop - hidden - (top - from) * LINE}
            wraps={wraps}
            query={query}
            found={found.lines}
            at={at}
            chosen={chosen}
            onChoose={(line, extends_) =>
              setChosen((before) =>
                extends_ && before
                  ? { from: Math.min(before.from, line), to: Math.max(before.to, line + 1) }
                  : before?.from === line && before.to === line + 1
                    ? null
                    : { from: line, to: line + 1 },
              )
            }
          />
        </div>
      </div>
    </section>
  );
}

/** What a key does: scrolls by so many lines, or goes somewhere. */
function moveOf(key: string): number | "start" | "end" | "close" | null {
  switch (key) {
    case "ArrowDown":
      return 1;
    case "ArrowUp":
      return -1;
    case "PageDown":
      return SHOWN_LINES - 2;
    case "PageUp":
      return 2 - SHOWN_LINES;
    case "Home":
      return "start";
    case "End":
      return "end";
    case "Escape":
      return "close";
    default:
      return null;
  }
}
