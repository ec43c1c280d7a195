/** What the panel shows, read from the server: again after each action, and when the notebook changed a while ago. */
import { useCallback, useEffect, useState } from "react";
import type { HistoryEntry, VersionView } from "../../api/history.ts";
import { usePage } from "../notebook/page-context.ts";
import { answerOf } from "../session/api.ts";
import { clientOf } from "./history-actions.ts";

export interface History {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  readonly versions: readonly VersionView[];
  /** There are older entries. */
  readonly more: boolean;
}

export interface HistoryState {
  readonly history: History | null;
  readonly problem: string | null;
  reload(): void;
  /** Reads older entries, too. */
  readMore(): void;
}

const QUIET_MS = 2_500;
const PAGE = 200;

export function useHistory(cell: string | null): HistoryState {
  const page = usePage();
  const [history, setHistory] = useState<History | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, setAsked] = useState({ limit: PAGE });
  const reload = useCallback(() => setAsked((before) => ({ ...before })), []);
  const readMore = useCallback(() => setAsked(({ limit }) => ({ limit: Math.min(1_000, limit + PAGE) })), []);

  useEffect(() => {
    let wanted = true;
    const client = clientOf(page);
    const { limit } = asked;
    void answerOf(
      Promise.all([client.entries({ limit, ...(cell !== null && { cell }) }), client.versions()]),
    ).then((answer) => {
      if (!wanted) return;
      setProblem(answer.ok ? null : answer.message);
      if (!answer.ok) return;
      const [{ entries, more }, { versions }] = answer.value;
      setHistory({ entries, versions, more: more && limit < 1_000 });
    });
    return () => {
      wanted = false;
    };
  }, [page, cell, asked]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = page.model.live.onChange(({ order, cells, metadata }) => {
      if (!order && !metadata && cells.size === 0) return;
      clearTimeout(timer);
      timer = setTimeout(reload, QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [page, reload]);

  return { history, problem, reload, readMore };
}
