import { IconButton } from "../../parts/button.tsx";
import { CloseIcon, CopyIcon, DownIcon, UpIcon } from "../../parts/icons.tsx";
import styles from "./log-view.module.css";
import type { LogSearchState } from "./use-log-search.ts";

interface LogToolbarProps {
  readonly size: string;
  readonly total: number;
  readonly query: string;
  readonly found: LogSearchState;
  readonly at: number | null;
  readonly wraps: boolean;
  readonly follows: boolean;
  readonly downloadAddress: string;
  readonly copies: "all" | "chosen";
  readonly onQuery: (query: string) => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly onLine: (line: number) => void;
  readonly onWraps: (wraps: boolean) => void;
  readonly onFollows: (follows: boolean) => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

/** What can be done with a long log. */
export function LogToolbar(props: LogToolbarProps) {
  const { size, total, query, found, at, wraps, follows, downloadAddress, copies } = props;
  return (
    <div className={styles.toolbar}>
      <span className={styles.size}>{size}</span>
      <search className={styles.group}>
        <input
          type="text"
          className={styles.field}
          aria-label="Find in this log"
          placeholder="Find in all lines"
          value={query}
          onChange={(event) => props.onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") props.onStep(event.shiftKey ? -1 : 1);
            if (event.key !== "Escape" || query === "") return;
            event.stopPropagation();
            props.onQuery("");
          }}
        />
        <span className={styles.count} role="status">
          {query === "" ? "" : foundText(found, at)}
        </span>
        <IconButton label="Before" disabled={found.lines.length === 0} onClick={() => props.onStep(-1)}>
          <UpIcon />
        </IconButton>
        <IconButton label="Next" disabled={found.lines.length === 0} onClick={() => props.onStep(1)}>
          <DownIcon />
        </IconButton>
      </search>
      <form
        className={styles.group}
        onSubmit={(event) => {
          event.preventDefault();
          const line = Number(new FormData(event.currentTarget).get("line"));
          if (Number.isInteger(line) && line > 0) props.onLine(Math.min(line, total) - 1);
        }}
      >
        <input
          type="text"
          inputMode="numeric"
          name="line"
          className={styles.lineField}
          aria-label="Go to line"
          placeholder="Line"
        />
      </form>
      <Toggle label="Wrap" on={wraps} onChange={props.onWraps} />
      <Toggle label="Follow" on={follows} onChange={props.onFollows} />
      <span className={styles.group}>
        <IconButton
          label={copies === "all" ? "Copy all lines" : "Copy the chosen lines"}
          onClick={props.onCopy}
        >
          <CopyIcon />
        </IconButton>
        <a className={styles.link} href={downloadAddress} download>
          Download
        </a>
        <IconButton label="Close the log" keys="Esc" onClick={props.onClose}>
          <CloseIcon />
        </IconButton>
      </span>
    </div>
  );
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className={styles.toggle}>
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function foundText({ lines, count, isSearching }: LogSearchState, at: number | null): string {
  if (count === 0) return isSearching ? "searching…" : "nothing";
  const index = at === null ? -1 : lines.indexOf(at);
  const all = `${count.toLocaleString("en")}${isSearching ? "…" : ""}`;
  return index === -1
    ? all
    : `line ${(index + 1).toLocaleString("en")} of ${linesText(lines.length)}, ${all} in all`;
}

/** More are only counted. */
const linesText = (count: number): string => (count >= 10_000 ? "10,000+" : count.toLocaleString("en"));
