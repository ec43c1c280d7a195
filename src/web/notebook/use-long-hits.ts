/** How often a text is in outputs that are too long to come with the notebook: counted on the server. */
import { useEffect, useState } from "react";
import { storedOf } from "../../document/output-face.ts";
import type { CellId, OutputRef } from "../../util/ids.ts";
import { useModel } from "../session/hooks.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { useOutputs } from "../session/use-outputs.ts";
import type { FindQuery } from "./find-text.ts";

export interface LongHits {
  readonly count: number;
  /** Where it is, in the notebook's order. */
  readonly logs: readonly { readonly cellId: CellId; readonly ref: OutputRef }[];
  /** There are long outputs, and what is asked cannot be searched in them. */
  readonly isLeftOut: boolean;
}

const NONE: LongHits = { count: 0, logs: [], isLeftOut: false };
const QUIET_MS = 300;
/** Logs that are searched; nobody has more in one notebook. */
const MAX_LOGS = 200;

/** Words only: an expression of somebody's would run on the server, for as long as it likes. */
export function useLongHits(query: FindQuery): LongHits {
  const model = useModel();
  const outputs = useOutputs();
  const [hits, setHits] = useState(NONE);
  useEffect(() => {
    setHits(NONE);
    if (query.text === "" || !query.inOutputs) return;
    if (query.isRegExp || query.wholeWord) {
      if (logsOf(model, query).length > 0) setHits({ ...NONE, isLeftOut: true });
      return;
    }
    const stop = new AbortController();
    const search = async (): Promise<void> => {
      const found: LongHits["logs"][number][] = [];
      let count = 0;
      for (const log of logsOf(model, query).slice(0, MAX_LOGS)) {
        const { count: more } = await outputs.search(log.ref, query.text, {
          matchCase: query.matchCase,
          limit: 0,
          signal: stop.signal,
        });
        if (stop.signal.aborted) return;
        if (more === 0) continue;
        count += more;
        found.push(log);
        setHits({ count, logs: [...found], isLeftOut: false });
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

function logsOf(model: NotebookModel, { within }: FindQuery): LongHits["logs"][number][] {
  return (within ?? model.cellIds()).flatMap((cellId) =>
    (model.cell(cellId)?.outputs ?? []).flatMap((output) => {
      const stored = storedOf(output);
      return stored?.kind === "log" ? [{ cellId, ref: stored.ref }] : [];
    }),
  );
}
