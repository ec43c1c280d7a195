import { memo } from "react";
import { isBranch, isRounded, type JsonRow } from "./json-rows.ts";
import styles from "./json-view.module.css";

interface JsonTreeRowProps {
  readonly id: string;
  readonly at: number;
  readonly row: JsonRow;
  readonly isActive: boolean;
}

/** Letters of a text that are shown; all of it is copied. */
const SHOWN_LETTERS = 500;

export const JsonTreeRow = memo(function JsonTreeRow({ id, at, row, isActive }: JsonTreeRowProps) {
  const { name, value, depth, size, isOpen, more } = row;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active row.
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-setsize={row.of}
      aria-posinset={row.at + 1}
      aria-selected={isActive}
      {...(size ? { "aria-expanded": isOpen } : {})}
      data-row={at}
      className={`${styles.row} ${isActive ? styles.active : ""} ${size || more !== undefined ? styles.opens : ""}`}
      style={{ paddingLeft: 6 + depth * 18 }}
    >
      <span className={`${styles.caret} ${isOpen ? styles.open : ""}`} aria-hidden="true">
        {size ? "▸" : ""}
      </span>
      {more !== undefined ? (
        <span className={styles.count}>{more.toLocaleString("en")} more: list the next</span>
      ) : (
        <>
          {name !== null && (
            <span className={typeof name === "number" ? styles.index : "tok-function"}>{name}: </span>
          )}
          <Value value={value} size={size} />
        </>
      )}
    </div>
  );
});

function Value({ value, size }: Pick<JsonRow, "value" | "size">) {
  if (isBranch(value)) {
    const isList = Array.isArray(value);
    const members = `${(size ?? 0).toLocaleString("en")} ${isList ? "item" : "member"}${size === 1 ? "" : "s"}`;
    return (
      <span className={styles.count}>
        {size === 0 ? (isList ? "[ ]" : "{ }") : isList ? `[ ${members} ]` : `{ ${members} }`}
      </span>
    );
  }
  if (typeof value === "string") {
    const text = value.length > SHOWN_LETTERS ? `${value.slice(0, SHOWN_LETTERS)}…` : value;
    return <span className="tok-string">{JSON.stringify(text)}</span>;
  }
  if (isRounded(value))
    return (
      <span
        className="tok-number"
        title="Beyond 2⁵³: the last digits are not exact in JSON as browsers and kernels exchange it."
      >
        ≈ {BigInt(Number(value)).toString()}
      </span>
    );
  return <span className="tok-number">{String(value)}</span>;
}
