import { lazy, Suspense, useEffect, useMemo, useRef } from "react";
import type { StoredLog } from "../../../document/output-face.ts";
import type { StreamOutput } from "../../../nbformat/notebook.ts";
import { useKept } from "../../notebook/kept-state.ts";
import { useSelected } from "../../session/store.ts";
import { useIsNear, useNewest, useOutputs } from "../../session/use-outputs.ts";
import { parseAnsi } from "../../text/ansi.ts";
import { AnsiLineView } from "../ansi-text.tsx";
import styles from "../outputs.module.css";
import { TextLines } from "../text-lines.tsx";
import { askedLog } from "./asked-log.ts";

const LogView = lazy(async () => ({ default: (await import("./log-view.tsx")).LogView }));

/** A log up to this size is read whole and shown as any other text. */
const SMALL_LINES = 2_000;
const SMALL_BYTES = 256 * 1024;

/** A stream that is too long to come with the notebook; opened in its place, all of it can be scrolled and searched. */
export function StoredLogOutput({ output, stored }: { output: StreamOutput; stored: StoredLog }) {
  const [isOpen, setOpen] = useKept("log", false);
  const [query, setQuery] = useKept("log query", "");
  const asked = useSelected(askedLog, (log) => (log?.ref === stored.ref ? log : null));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time it is asked for.
  useEffect(() => {
    if (asked === null) return;
    setQuery(asked.query);
    setOpen(true);
  }, [asked]);
  const isSmall = stored.lines <= SMALL_LINES && stored.bytes <= SMALL_BYTES;
  const closed = isSmall ? (
    <SmallLog output={output} stored={stored} />
  ) : (
    <Preview output={output} stored={stored} onOpen={() => setOpen(true)} />
  );
  if (!isOpen) return closed;
  return (
    <Suspense fallback={closed}>
      <LogView
        key={asked === null ? "" : query}
        stored={stored}
        label={labelOf(output.name)}
        query={query}
        onClose={() => {
          askedLog.set(null);
          setQuery("");
          setOpen(false);
        }}
      />
    </Suspense>
  );
}

const labelOf = (name: string): string => (name === "stderr" ? "Standard error" : "Standard output");

interface ReadLog {
  readonly text: string;
  /** Lines before the last one, which may still change, and the characters that they take. */
  readonly lines: number;
  readonly length: number;
}

function SmallLog({ output, stored }: { output: StreamOutput; stored: StoredLog }) {
  const outputs = useOutputs();
  const root = useRef<HTMLDivElement>(null);
  const isNear = useIsNear(root);
  const { value } = useNewest<ReadLog>(
    isNear ? `${stored.ref} ${stored.seq}` : null,
    async (before, signal) => {
      const known = before ?? { text: "", lines: 0, length: 0 };
      let { lines } = known;
      let text = known.text.slice(0, known.length);
      for (;;) {
        const part = await outputs.lines(stored.ref, lines, lines + SMALL_LINES, signal);
        const settled = part.lines
          .slice(0, -1)
          .map((line) => `${line ?? ""}\n`)
          .join("");
        const length = text.length + settled.length;
        lines += Math.max(0, part.lines.length - 1);
        text += `${settled}${part.lines.at(-1) ?? ""}`;
        if (part.lines.length <= 1 || lines >= part.total - 1) return { text, lines, length };
        text = text.slice(0, length);
      }
    },
  );
  const label = output.name === "stderr" ? { label: "Standard error" } : {};
  return (
    <div ref={root}>
      {value === null ? (
        <Preview output={output} stored={stored} />
      ) : (
        <TextLines text={value.text} {...label} />
      )}
    </div>
  );
}

/** Its first and last lines, as the notebook holds them. */
function Preview(props: { output: StreamOutput; stored: StoredLog; onOpen?: () => void }) {
  const { output, stored, onOpen } = props;
  const { head, tail } = useMemo(() => {
    const lines = output.text.split("\n");
    const last = lines.slice(stored.head + 1, stored.head + 1 + stored.tail);
    return {
      head: parseAnsi(lines.slice(0, stored.head).join("\n")),
      tail: parseAnsi(last.join("\n")),
    };
  }, [output.text, stored.head, stored.tail]);
  const hidden = Math.max(0, stored.lines - stored.head - stored.tail);
  return (
    <div className={styles.text}>
      {output.name === "stderr" && <span className="visually-hidden">Standard error</span>}
      {head.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line's identity is its place.
        <AnsiLineView key={index} line={line} />
      ))}
      {onOpen ? (
        <button type="button" className={styles.fold} onClick={onOpen}>
          {hidden.toLocaleString("en")} more lines: scroll and search all {stored.lines.toLocaleString("en")}
        </button>
      ) : (
        hidden > 0 && <p className={styles.missing}>{hidden.toLocaleString("en")} more lines …</p>
      )}
      {tail.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above, from the end.
        <AnsiLineView key={`end-${index}`} line={line} />
      ))}
    </div>
  );
}
