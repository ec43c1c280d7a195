/** How often a text is in outputs that are too long to come with the notebook: counted on the server. */
import { useEffect, useState } from "react";
import { storedOf } from "../../document/output-face.ts";
import type { CellId, OutputRef } from "../../util/ids.ts";
import { useModel } from "../session/hooks.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { useOutputs } from "../session/use-outputs.ts";

export interface LongHits {
  readonly count: number;
  /** Where it is, in the notebook's order. */
  readonly logs: readonly { readonly cellId: CellId; readonly ref: OutputRef }[];
}

const NONE: LongHits = { count: 0, logs: [] };
const QUIET_MS = 300;
/** Logs that are searched; nobody has more in one notebook. */
const MAX_LOGS = 200;

export function useLongHits(query: string): LongHits {
  const model = useModel();
  const outputs = useOutputs();
  const [hits, setHits] = useState(NONE);
  useEffect(() => {
    setHits(NONE);
    if (query === "") return;
    const stop = new AbortController();
    const search = async (): Promise<void> => {
      const found: LongHits["logs"][number][] = [];
      let count = 0;
      for (const log of logsOf(model).slice(0, MAX_LOGS)) {
        const { count: more } = await outputs.search(log.ref, query, { limit: 0, signal: stop.signal });
        if (stop.signal.aborted) return;
        if (more === 0) continue;
        count += more;
        found.push(log);
        setHits({ count, logs: [...found] });
      }
    };
    const timer = setTimeout(() => void search().catch(() => undefined), QUIET_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [model, outputs, query]);
  return hits;
}

function logsOf(model: NotebookModel): LongHits["logs"][number][] {
  return model.cellIds().flatMap((cellId) =>
    (model.cell(cellId)?.outputs ?? []).flatMap((output) => {
      const stored = storedOf(output);
      return stored?.kind === "log" ? [{ cellId, ref: stored.ref }] : [];
    }),
  );
}
