import { useState } from "react";
import type { JsonValue } from "../../nbformat/notebook.ts";
import styles from "./outputs.module.css";

/** Members shown at once; more on a click. */
const PAGE = 100;

/** JSON as a tree that opens and closes. */
export function JsonTree({ value }: { value: JsonValue }) {
  return (
    <div className={styles.tree}>
      <ul>
        <JsonNode name={null} value={value} startsOpen />
      </ul>
    </div>
  );
}

function JsonNode({
  name,
  value,
  startsOpen,
}: {
  name: string | null;
  value: JsonValue;
  startsOpen: boolean;
}) {
  const [open, setOpen] = useState(startsOpen);
  const [shown, setShown] = useState(PAGE);
  const label = name === null ? null : <span className="tok-function">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <li>
        {label}
        <JsonLeaf value={value} />
      </li>
    );
  }
  const members: readonly (readonly [string, JsonValue])[] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(value);
  const [opening, closing] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <li>
      <button
        type="button"
        className={`${styles.toggle} ${open ? styles.open : ""}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.caret} aria-hidden="true">
          ▸
        </span>
        {label}
        <span className={styles.count}>
          {opening}
          {open ? "" : ` ${members.length} `}
          {open ? "" : closing}
        </span>
      </button>
      {open && (
        <ul>
          {members.slice(0, shown).map(([key, item]) => (
            <JsonNode key={key} name={key} value={item} startsOpen={members.length <= 10 && name === null} />
          ))}
          {members.length > shown && (
            <li>
              <button type="button" className={styles.fold} onClick={() => setShown(shown + PAGE * 10)}>
                {members.length - shown} more
              </button>
            </li>
          )}
        </ul>
      )}
      {open && <span className={`${styles.count} ${styles.closing}`}>{closing}</span>}
    </li>
  );
}

function JsonLeaf({ value }: { value: string | number | boolean | null }) {
  if (typeof value === "string") return <span className="tok-string">{JSON.stringify(value)}</span>;
  return <span className="tok-number">{String(value)}</span>;
}
