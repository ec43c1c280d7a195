import { useCallback, useEffect, useRef, useState } from "react";
import type { TimelineKind, TimelineView } from "../../api/timeline.ts";
import { usePage } from "../notebook/page-context.ts";
import { answerOf, api } from "../session/api.ts";
import { useSession } from "../session/hooks.ts";

export interface TimelineFilter {
  readonly kinds: ReadonlySet<TimelineKind>;
  /** Null: everybody. */
  readonly who: string | null;
}

export interface UseTimeline {
  readonly view: TimelineView | null;
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly reload: () => void;
  readonly readMore: () => void;
}

/** What happens while one looks is there after this. */
const FOLLOW_MS = 1_500;

export function useTimeline({ kinds, who }: TimelineFilter): UseTimeline {
  const page = usePage();
  const [view, setView] = useState<TimelineView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const wanted = useRef(0);
  const online = useSession(({ connection }) => connection === "online");
  const kindsKey = [...kinds].sort().join();

  const read = useCallback(
    async (before: string | null, known: TimelineView | null): Promise<void> => {
      const turn = ++wanted.current;
      setBusy(true);
      const query = new URLSearchParams();
      for (const kind of kindsKey.split(",")) if (kind !== "") query.append("kind", kind);
      if (who !== null) query.append("who", who);
      if (before !== null) query.append("before", before);
      const path = `/api/notebooks/${encodeURIComponent(page.model.notebookId)}/timeline?${query}`;
      const answer = await answerOf(api.get<TimelineView>(path));
      if (turn !== wanted.current) return;
      setBusy(false);
      setProblem(answer.ok ? null : answer.message);
      if (!answer.ok) return;
      const { value } = answer;
      setView(
        before === null || known === null ? value : { ...value, events: [...known.events, ...value.events] },
      );
    },
    [page, kindsKey, who],
  );

  useEffect(() => {
    if (online) void read(null, null);
  }, [read, online]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read(null, null);
      }, FOLLOW_MS);
    };
    let events = lastEvent(page.model.state.get().run);
    const stopState = page.model.state.subscribe(() => {
      const now = lastEvent(page.model.state.get().run);
      if (now !== events) soon();
      events = now;
    });
    const stopMessages = page.model.channel.onMessage(({ type }) => {
      if (type === "comments") soon();
    });
    const stopChanges = page.model.live.onChange(({ cells, order }) => {
      if (order || cells.size > 0) soon();
    });
    return () => {
      clearTimeout(timer);
      stopState();
      stopMessages();
      stopChanges();
    };
  }, [page, read]);

  return {
    view,
    problem,
    isBusy,
    reload: () => void read(null, null),
    readMore: () => void read(view?.events.at(-1)?.key ?? null, view),
  };
}

function lastEvent(
  run: { readonly id: string; readonly recentEvents: readonly { readonly seq: number }[] } | null,
): string {
  return run === null ? "" : `${run.id} ${run.recentEvents.at(-1)?.seq ?? 0}`;
}
