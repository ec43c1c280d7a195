import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { useKept } from "../../notebook/kept-state.ts";
import { usePage } from "../../notebook/page-context.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { DownIcon, MoreIcon, UpIcon } from "../../parts/icons.tsx";
import { Menu } from "../../parts/menu.tsx";
import {
  foundIn,
  type JsonRow,
  jsonRows,
  keyOf,
  type OpenNodes,
  opened,
  PAGE,
  pathText,
  revealing,
} from "./json-rows.ts";
import { JsonTreeRow } from "./json-tree-row.tsx";
import styles from "./json-view.module.css";

/** Pixels; the style sheet says the same. */
const ROW = 22;
const SEEN_ROWS = 24;
const MARGIN = 10;
const START_DEPTH = 2;
/** A value whose members are more is closed at first. */
const START_MOST = 40;

/** A JSON value as a tree (WAI-ARIA's), of which the rows in view are drawn. */
export function JsonView({ value }: { value: JsonValue }) {
  const page = usePage();
  const [nodes, setNodes] = useKept<OpenNodes>("json", { open: startOpen(value), listed: new Map() });
  const rows = useMemo(() => jsonRows(value, nodes), [value, nodes]);
  const [activeKey, setActive] = useState(keyOf([]));
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const found = useMemo(() => foundIn(value, asked), [value, asked]);
  const [foundAt, setFoundAt] = useState(0);
  const [scrollTop, setScrollTop] = useState(0);
  const view = useRef<HTMLDivElement>(null);
  const treeId = useId().replaceAll(":", "");
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  );

  const isLong = rows.length > SEEN_ROWS;
  const from = isLong ? Math.max(0, Math.floor(scrollTop / ROW) - MARGIN) : 0;
  const to = isLong ? Math.min(rows.length, Math.floor(scrollTop / ROW) + SEEN_ROWS + MARGIN) : rows.length;

  const scrollTo = (at: number): void => {
    const element = view.current;
    if (!element || at < 0) return;
    if (at * ROW < element.scrollTop) element.scrollTop = at * ROW;
    else if ((at + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (at + 1) * ROW - element.clientHeight;
  };
  const goTo = (at: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (!row) return;
    setActive(row.key);
    scrollTo(rows.indexOf(row));
  };
  const toggle = (row: JsonRow): void => {
    if (row.more !== undefined) {
      const key = keyOf(row.path);
      setNodes({ ...nodes, listed: new Map(nodes.listed).set(key, (nodes.listed.get(key) ?? PAGE) + PAGE) });
      return;
    }
    const open = new Set(nodes.open);
    if (!open.delete(row.key)) open.add(row.key);
    setNodes({ ...nodes, open });
  };
  const openTo = (depth: number): void => setNodes({ ...nodes, open: opened(value, depth) });
  const goToFound = (at: number): void => {
    const path = found[(at + found.length) % found.length];
    if (!path) return;
    setFoundAt((at + found.length) % found.length);
    setNodes(revealing(value, path, nodes));
    setActive(keyOf(path));
  };
  // The first of what is found comes into view as soon as it is known.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what was asked.
  useEffect(() => {
    if (found.length > 0) goToFound(0);
  }, [found]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it was revealed by the rows before.
  useEffect(() => scrollTo(rows.findIndex(({ key }) => key === activeKey)), [activeKey]);

  const copy = (text: string, what: string): void =>
    void navigator.clipboard.writeText(text).then(
      () => page.tell(`${what} copied.`),
      () => page.tell("The browser did not let the page copy."),
    );
  const row = rows[active];
  const copyValue = (): void => copy(valueText(row?.value ?? null), "The value is");

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const isCopy = (event.ctrlKey || event.metaKey) && event.key === "c";
    if (!row || ((event.ctrlKey || event.metaKey || event.altKey) && !isCopy)) return;
    if (isCopy) copyValue();
    else if (event.key === "ArrowDown") goTo(active + 1);
    else if (event.key === "ArrowUp") goTo(active - 1);
    else if (event.key === "PageDown") goTo(active + SEEN_ROWS - 2);
    else if (event.key === "PageUp") goTo(active - SEEN_ROWS + 2);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(rows.length - 1);
    else if (event.key === "ArrowRight") {
      if (row.isOpen) goTo(active + 1);
      else if (row.size || row.more !== undefined) toggle(row);
    } else if (event.key === "ArrowLeft") {
      if (row.isOpen) toggle(row);
      else goTo(rows.findLastIndex(({ depth }, at) => at < active && depth < row.depth));
    } else if (event.key === "Enter" || event.key === " ") {
      if (row.size || row.more !== undefined) toggle(row);
    } else if (event.key === "*") {
      const siblings = rows.filter(
        (one) => one.depth === row.depth && keyOf(one.path.slice(0, -1)) === keyOf(row.path.slice(0, -1)),
      );
      setNodes({
        ...nodes,
        open: new Set([...nodes.open, ...siblings.filter(({ size }) => size).map(({ key }) => key)]),
      });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.json}>
      <div className={styles.bar}>
        <search className={styles.search}>
          <input
            type="text"
            className={styles.field}
            aria-label="Find in this value"
            placeholder="Find"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") goToFound(foundAt + (event.shiftKey ? -1 : 1));
              if (event.key !== "Escape" || query === "") return;
              event.stopPropagation();
              setQuery("");
            }}
          />
          {query !== "" && (
            <>
              <span role="status" className={styles.count}>
                {found.length === 0
                  ? "nothing"
                  : `${foundAt + 1} of ${found.length >= 1000 ? "1,000+" : found.length}`}
              </span>
              <IconButton label="Before" disabled={found.length === 0} onClick={() => goToFound(foundAt - 1)}>
                <UpIcon />
              </IconButton>
              <IconButton label="Next" disabled={found.length === 0} onClick={() => goToFound(foundAt + 1)}>
                <DownIcon />
              </IconButton>
            </>
          )}
        </search>
        <Button look="quiet" onClick={() => openTo(0)}>
          Close all
        </Button>
        <Menu
          label="More for this value"
          className={styles.more}
          groups={[
            [1, 2, 3].map((depth) => ({
              label: `Open ${depth} ${depth === 1 ? "level" : "levels"}`,
              onSelect: () => openTo(depth),
            })),
            [{ label: "Open everything", onSelect: () => openTo(Number.POSITIVE_INFINITY) }],
            [
              { label: "Copy the path", onSelect: () => copy(pathText(row?.path ?? []), "The path is") },
              { label: "Copy the value", keys: "Ctrl C", onSelect: copyValue },
            ],
          ]}
        >
          <MoreIcon />
        </Menu>
      </div>
      <div
        ref={view}
        role="tree"
        aria-label="JSON"
        tabIndex={0}
        aria-activedescendant={`${treeId}-${active}`}
        className={styles.view}
        style={isLong ? { height: SEEN_ROWS * ROW } : undefined}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const at =
            event.target instanceof Element
              ? event.target.closest<HTMLElement>("[data-row]")?.dataset.row
              : undefined;
          const clicked = at === undefined ? undefined : rows[Number(at)];
          if (!clicked) return;
          setActive(clicked.key);
          if (clicked.size || clicked.more !== undefined) toggle(clicked);
        }}
      >
        <div role="presentation" style={{ height: from * ROW }} />
        {rows.slice(from, to).map((one, index) => (
          <JsonTreeRow
            key={one.key}
            id={`${treeId}-${from + index}`}
            at={from + index}
            row={one}
            isActive={from + index === active}
          />
        ))}
        <div role="presentation" style={{ height: (rows.length - to) * ROW }} />
      </div>
    </div>
  );
}

/** A small value shows two levels, a big one what is outermost. */
function startOpen(value: JsonValue): ReadonlySet<string> {
  const two = opened(value, START_DEPTH, START_MOST + 1);
  const rows = jsonRows(value, { open: two, listed: new Map() });
  return rows.length <= START_MOST ? two : opened(value, 1);
}

function valueText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
