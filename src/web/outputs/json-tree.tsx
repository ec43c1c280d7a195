import { lazy, Suspense } from "react";
import type { JsonValue } from "../../nbformat/notebook.ts";
import styles from "./outputs.module.css";

const TreeView = lazy(async () => ({ default: (await import("./json/json-view.tsx")).JsonView }));

/** JSON as a tree that opens, closes and is searched. */
export function JsonTree({ value }: { value: JsonValue }) {
  return (
    <Suspense fallback={<div className={styles.awaited} aria-busy="true" />}>
      <TreeView value={value} />
    </Suspense>
  );
}
