import { type ReactNode, useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { LogLevel } from "../../telemetry/facts.ts";
import { lineText } from "../../telemetry/fallback/logs-text.ts";
import { useKept } from "../notebook/kept-state.ts";
import { usePage } from "../notebook/page-context.ts";
import { IconButton } from "../parts/button.tsx";
import { CloseIcon, CopyIcon } from "../parts/icons.tsx";
import { allLines, MAX_COPIED, saveLog } from "./keep-log.ts";
import { LevelFilter } from "./level-mark.tsx";
import { LogRows } from "./log-rows.tsx";
import { LogTemplates } from "./log-templates.tsx";
import { type LogFilter, LogWindow } from "./log-window.ts";
import styles from "./logs.module.css";
import { telemetryOf } from "./run-feed.ts";

interface LogBrowserProps {
  readonly runId: string;
  readonly total: number;
  readonly counts: Readonly<Record<LogLevel, number>>;
  /** That are seen at once; null: as many as there is room for. */
  readonly rows: number | null;
  readonly children?: ReactNode;
}

const NO_LEVELS: readonly LogLevel[] = [];

/** Reads, filters, searches and follows a log; patterns of lines with the new and rare ones first. */
export function LogBrowser({ runId, total, counts, rows, children }: LogBrowserProps) {
  const page = usePage();
  const client = telemetryOf(runId);
  const [levels, setLevels] = useKept("log levels", NO_LEVELS);
  const [search, setSearch] = useKept("log search", "");
  const [template, setTemplate] = useKept<{ readonly id: number; readonly pattern: string } | null>(
    "log template",
    null,
  );
  const [follows, setFollows] = useKept("log follows", true);
  const [showsTemplates, setShowsTemplates] = useState(rows === null);
  const asked = useDeferredValue(search);
  const filter: LogFilter = useMemo(
    () => ({ levels, template: template?.id ?? null, search: asked }),
    [levels, template, asked],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is told when the log grows.
  const lines = useMemo(() => new LogWindow((query) => client.logs(query), filter, total), [client, filter]);
  useEffect(() => () => lines.close(), [lines]);
  useEffect(() => lines.grow(total), [lines, total]);
  useSyncExternalStore(lines.subscribe, () => lines.version);

  const copy = async (): Promise<void> => {
    const found = await allLines(client, filter, MAX_COPIED);
    await navigator.clipboard.writeText(`${found.map(lineText).join("\n")}\n`);
    page.tell(`${found.length.toLocaleString("en")} ${found.length === 1 ? "line" : "lines"} copied.`);
  };
  const isFiltered = levels.length > 0 || template !== null || search !== "";
  return (
    <div className={`${styles.log} ${rows === null ? styles.whole : ""}`}>
      <div className={styles.bar}>
        <LevelFilter counts={counts} chosen={levels} onChange={setLevels} />
        <input
          type="text"
          className={styles.search}
          aria-label="Find in this log"
          placeholder="Find in all lines"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || search === "") return;
            event.preventDefault();
            event.stopPropagation();
            setSearch("");
          }}
        />
        <span className={styles.count} role="status">
          {isFiltered ? matchText(lines) : `${total.toLocaleString("en")} ${total === 1 ? "line" : "lines"}`}
        </span>
        <span className={styles.gap} />
        <label className={styles.toggle}>
          <input type="checkbox" checked={follows} onChange={(event) => setFollows(event.target.checked)} />
          Follow
        </label>
        <label className={styles.toggle}>
          <input
            type="checkbox"
            checked={showsTemplates}
            onChange={(event) => setShowsTemplates(event.target.checked)}
          />
          Patterns
        </label>
        <IconButton
          label={`Copy these lines (at most ${MAX_COPIED.toLocaleString("en")})`}
          onClick={() => void copy().catch(() => page.tell("The browser did not let the page copy."))}
        >
          <CopyIcon />
        </IconButton>
        <button
          type="button"
          className={styles.link}
          onClick={() =>
            void saveLog(client, filter, `${runId}.log`).catch(() =>
              page.tell("The log could not be read to its end."),
            )
          }
        >
          Download
        </button>
        {children}
      </div>
      {template !== null && (
        <p className={styles.chosen}>
          Only lines like <code>{template.pattern}</code>
          <IconButton label="All lines again" onClick={() => setTemplate(null)}>
            <CloseIcon />
          </IconButton>
        </p>
      )}
      {showsTemplates && (
        <LogTemplates runId={runId} total={total} chosen={template?.id ?? null} onChoose={setTemplate} />
      )}
      <LogRows lines={lines} rows={rows} search={asked} follows={follows} onFollows={setFollows} />
    </div>
  );
}

function matchText({ count, matching, canReadEarlier, isBegun }: LogWindow): string {
  if (!isBegun) return "searching …";
  if (matching !== null) return `${matching.toLocaleString("en")} found`;
  return `${count.toLocaleString("en")}${canReadEarlier ? " and more" : ""} found`;
}
