import { useState } from "react";
import type { Entry } from "./listing-order.ts";

/** Which entries are ticked. With Shift, all between the last one and this. */
export function useTicks(shown: readonly Entry[]) {
  const [paths, setPaths] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  const ticked = shown.filter(({ path }) => paths.has(path));
  const tick = (path: string, range: boolean): void => {
    const from = range && last !== null ? shown.findIndex((entry) => entry.path === last) : -1;
    const to = shown.findIndex((entry) => entry.path === path);
    const next = new Set(paths);
    if (from >= 0 && to >= 0) {
      for (const entry of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(entry.path);
    } else if (!next.delete(path)) next.add(path);
    setPaths(next);
    setLast(path);
  };
  return {
    ticked,
    has: (path: string) => paths.has(path),
    tick,
    all: () => setPaths(new Set(shown.map(({ path }) => path))),
    none: () => setPaths(new Set()),
  };
}
