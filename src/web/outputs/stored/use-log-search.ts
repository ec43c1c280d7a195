/** Search over a whole log, on the server, step by step; the answer grows while it goes on. */
import { useEffect, useRef, useState } from "react";
import type { OutputSearch } from "../../../api/outputs.ts";
import type { OutputRef } from "../../../util/ids.ts";
import { useOutputs } from "../../session/use-outputs.ts";

export interface LogSearchState {
  /** Lines that hold it, ascending; the first 10,000. */
  readonly lines: readonly number[];
  /** Places in all lines that were searched. */
  readonly count: number;
  readonly isSearching: boolean;
}

const NOTHING: LogSearchState = { lines: [], count: 0, isSearching: false };
const QUIET_MS = 150;
/** A log that grows is searched again so long after the search before. */
const AGAIN_MS = 3_000;

/** @param seq number of the log's state: what is found is as new as that, or becomes so in a moment. */
export function useLogSearch(ref: OutputRef, query: string, seq: number): LogSearchState {
  const outputs = useOutputs();
  const [state, setState] = useState(NOTHING);
  const newest = useRef(seq);
  newest.current = seq;
  useEffect(() => {
    setState(NOTHING);
    if (query === "") return;
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const search = async (isFirst: boolean): Promise<void> => {
      const searched = newest.current;
      const tell = ({ lines, count, next }: OutputSearch): void => {
        // What was found before stays until the search after it has ended.
        if (!signal.aborted && (isFirst || next === null))
          setState({ lines: [...lines], count, isSearching: next !== null });
      };
      await outputs.search(ref, query, { signal, onProgress: tell }).catch(() => {
        if (!signal.aborted) setState((before) => ({ ...before, isSearching: false }));
      });
      const again = (): void => {
        if (newest.current === searched) timer = setTimeout(again, AGAIN_MS);
        else void search(false);
      };
      if (!signal.aborted) timer = setTimeout(again, AGAIN_MS);
    };
    timer = setTimeout(() => void search(true), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [outputs, ref, query]);
  return state;
}
