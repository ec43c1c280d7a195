/** Search over a whole log, on the server, step by step; the answer grows while it goes on. */
import { useEffect, useState } from "react";
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

/** @param seq of the log: a log that grew is searched again, when it has been quiet for a moment. */
export function useLogSearch(ref: OutputRef, query: string, seq: number): LogSearchState {
  const outputs = useOutputs();
  const [state, setState] = useState(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is found changes with the log.
  useEffect(() => {
    if (query === "") {
      setState(NOTHING);
      return;
    }
    const stop = new AbortController();
    const tell = ({ lines, count, next }: OutputSearch): void => {
      if (!stop.signal.aborted) setState({ lines: [...lines], count, isSearching: next !== null });
    };
    const timer = setTimeout(() => {
      outputs
        .search(ref, query, { signal: stop.signal, onProgress: tell })
        .catch(() =>
          setState((before) => (stop.signal.aborted ? before : { ...before, isSearching: false })),
        );
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [outputs, ref, query, seq]);
  return state;
}
