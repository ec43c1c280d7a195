import { useEffect, useMemo, useState } from "react";
import type { SearchLine } from "../../api/files.ts";
import { searchAddress, searchLines } from "../../client/files-client.ts";
import { Link } from "../app/link.tsx";
import { addressOf, type Route } from "../app/router.ts";
import { answerOf } from "../session/api.ts";
import styles from "./folder-search.module.css";
import { files } from "./folder-state.ts";
import { fuzzyFind } from "./fuzzy.ts";

type Hit = Extract<SearchLine, { type: "hit" }>;
type End = Extract<SearchLine, { type: "end" }>;

const SHOWN_NAMES = 30;
/** Fewer letters are in every file. */
const MIN_LETTERS = 2;
const WAIT_MS = 200;

const ENDS: Readonly<Record<End["why"], string>> = {
  all: "",
  hits: "There is more: 500 places are shown.",
  time: "The search ended after 10 seconds; there may be more. Look in a folder further down.",
  files: "The search ended after 20,000 files; there may be more. Look in a folder further down.",
};

/** What has these letters in its name, and what has these words in it; while one types. */
export function FolderSearch({ path, query, hidden }: { path: string; query: string; hidden: boolean }) {
  const names = useNames(path, hidden);
  const found = useMemo(() => fuzzyFind(names.paths, query, SHOWN_NAMES), [names, query]);
  const { hits, end } = useContent(path, query, hidden);
  return (
    <div className={styles.search}>
      <section aria-label="By name">
        <h2>By name</h2>
        <ul>
          {found.map((hit) => (
            <li key={hit.path}>
              <Link to={routeOf(hit.path)}>
                <span>
                  <Marked text={hit.path} at={hit.at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p>No name has these letters.</p>}
      </section>
      <section aria-label="By content">
        <h2>By content</h2>
        <ul>
          {hits.map((hit) => (
            <li key={`${hit.path} ${hit.cell?.id ?? ""} ${hit.cell?.in ?? ""} ${hit.line} ${hit.at}`}>
              <a
                href={`${addressOf(routeOf(hit.path))}${hit.cell ? `#cell=${encodeURIComponent(hit.cell.id)}` : ""}`}
              >
                <span className={styles.where}>
                  {hit.path}
                  {hit.cell
                    ? `, cell ${hit.cell.number}${hit.cell.in === "output" ? ", output" : ""}`
                    : `, line ${hit.line.toLocaleString("en")}`}
                </span>
                <code>
                  {hit.text.slice(0, hit.at)}
                  <mark>{hit.text.slice(hit.at, hit.at + hit.length)}</mark>
                  {hit.text.slice(hit.at + hit.length)}
                </code>
              </a>
            </li>
          ))}
        </ul>
        <p role="status">
          {end === null
            ? query.trim().length < MIN_LETTERS
              ? "Two letters are needed."
              : "Looking …"
            : hits.length === 0
              ? `Nothing in ${end.files.toLocaleString("en")} files.`
              : `${hits.length.toLocaleString("en")} places in ${end.files.toLocaleString("en")} files. ${ENDS[end.why]}`}
        </p>
      </section>
    </div>
  );
}

function routeOf(path: string): Route {
  if (path.endsWith("/")) return { page: "folder", path: path.slice(0, -1) };
  return { page: path.endsWith(".ipynb") ? "notebook" : "file", path };
}

function Marked({ text, at }: { text: string; at: readonly number[] }) {
  const marked = new Set(at);
  return (
    <>
      {[...text].map((char, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: a letter has no identity but its place.
        marked.has(index) ? <mark key={index}>{char}</mark> : char,
      )}
    </>
  );
}

function useNames(path: string, hidden: boolean): { readonly paths: readonly string[] } {
  const [names, setNames] = useState<{ readonly paths: readonly string[] }>({ paths: [] });
  useEffect(() => {
    const gone = new AbortController();
    void answerOf(files.names(path, hidden, gone.signal)).then(
      (answer) => answer.ok && setNames(answer.value),
    );
    return () => gone.abort();
  }, [path, hidden]);
  return names;
}

function useContent(path: string, query: string, hidden: boolean) {
  const [state, setState] = useState<{ readonly hits: readonly Hit[]; readonly end: End | null }>({
    hits: [],
    end: null,
  });
  useEffect(() => {
    setState({ hits: [], end: null });
    const wanted = query.trim();
    if (wanted.length < MIN_LETTERS) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      void follow(searchAddress({ query: wanted, path, hidden, matchCase: false }), gone.signal, (line) =>
        setState((before) =>
          line.type === "end" ? { ...before, end: line } : { ...before, hits: [...before.hits, line] },
        ),
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [path, query, hidden]);
  return state;
}

async function follow(
  address: string,
  signal: AbortSignal,
  onLine: (line: SearchLine) => void,
): Promise<void> {
  try {
    const response = await fetch(address, { signal, credentials: "same-origin" });
    if (!response.ok) return onLine({ type: "end", why: "all", files: 0 });
    for await (const line of searchLines(response)) if (!signal.aborted) onLine(line);
  } catch {
    // Another letter was typed.
  }
}
