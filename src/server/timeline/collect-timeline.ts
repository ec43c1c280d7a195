/** Gathers a notebook's timeline from its runs, its history, its comments and its kernel: a page of it, newest first. */
import { actorKey, type TimelineEvent, type TimelineQuery, type TimelineView } from "../../api/timeline.ts";
import { BEGIN_AUTHOR, type HistoryAuthor } from "../../document/history/author.ts";
import type { Host } from "../../usecases/host.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { questionEvents } from "./question-events.ts";
import {
  type CellNames,
  commentEvents,
  editEvent,
  kernelEvent,
  runEvents,
  timeOf,
  versionEvent,
} from "./timeline-events.ts";

/** Runs that are looked through for one page; older ones are on its next pages. */
const MAX_RUNS = 200;
/** Questions of a notebook that its timeline tells of, the first ones. */
const MAX_QUESTIONS = 2_000;

export async function collectTimeline(
  host: Host,
  session: NotebookSession,
  query: TimelineQuery,
): Promise<TimelineView> {
  const names = cellNames(session);
  const [known, asked] = await Promise.all([ownEvents(session, names), questionsOf(host, session)]);
  const own = [...known, ...asked];
  const wanted = ({ key, kind, by }: TimelineEvent): boolean =>
    (query.before === undefined || key < query.before) &&
    (query.kind === undefined || query.kind.includes(kind)) &&
    (query.who === undefined || query.who.includes(actorKey(by)));
  const actors = new Map<string, HistoryAuthor>();
  for (const { by } of own) actors.set(actorKey(by), by);
  actors.delete(actorKey(BEGIN_AUTHOR));
  const found = own.filter(wanted);
  const needsRuns = query.kind === undefined || query.kind.some((kind) => OF_RUNS.has(kind));
  const isWhole = await addRuns(host, session, query, needsRuns, (events) => {
    for (const event of events) {
      if (!actors.has(actorKey(event.by))) actors.set(actorKey(event.by), event.by);
      if (wanted(event)) found.push(event);
    }
    return found;
  });
  found.sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
  return {
    events: found.slice(0, query.limit),
    more: found.length > query.limit || !isWhole,
    actors: [...actors.values()].sort((a, b) => a.displayName.localeCompare(b.displayName)),
  };
}

const OF_RUNS: ReadonlySet<string> = new Set(["run", "step", "parameters", "hold", "kernel"]);

/** Runs, newest first, until the page is full. @returns whether there are no more. */
async function addRuns(
  host: Host,
  session: NotebookSession,
  query: TimelineQuery,
  needsRuns: boolean,
  add: (events: readonly TimelineEvent[]) => readonly TimelineEvent[],
): Promise<boolean> {
  const { path } = session;
  if (path === null || !needsRuns) return true;
  const names = cellNames(session);
  const before = query.before === undefined ? Number.POSITIVE_INFINITY : timeOf(query.before);
  const runs = await host.runHistory({ inputPath: path, limit: MAX_RUNS });
  const live = host.runOf(session.id)?.snapshot();
  const all = live && !runs.some(({ id }) => id === live.id) ? [live, ...runs] : runs;
  const rest = all.filter(({ startedAtMs }) => startedAtMs <= before);
  for (const [index, { id, startedAtMs }] of rest.entries()) {
    const record = await host.runRecord(id);
    const found = record === null ? add([]) : add(runEvents(record, names));
    // Older runs ended before this one began, as far as a page is concerned.
    const enough = found.filter(({ atMs }) => atMs >= startedAtMs).length > query.limit;
    if (enough) return index === rest.length - 1;
  }
  return true;
}

async function questionsOf(
  { questions }: Pick<Host, "questions">,
  { id }: NotebookSession,
): Promise<readonly TimelineEvent[]> {
  const all = (await questions?.list({ notebookId: id, limit: MAX_QUESTIONS })) ?? [];
  return all.flatMap(questionEvents);
}

async function ownEvents(session: NotebookSession, names: CellNames): Promise<readonly TimelineEvent[]> {
  const { history, comments } = session;
  const [entries, versions, threads, acts] = await Promise.all([
    history?.entries() ?? [],
    history?.versions() ?? [],
    comments?.threads() ?? [],
    comments?.kernelActs() ?? [],
  ]);
  return [
    ...entries.filter(({ author }) => author.kind !== "pipeline").map((entry) => editEvent(entry, names)),
    ...versions.map(versionEvent),
    ...threads.flatMap((thread) => commentEvents(thread, names)),
    ...acts.map(kernelEvent),
  ];
}

function cellNames({ live }: NotebookSession): CellNames {
  const places = new Map<string, number>(live.cellIds().map((id, index) => [id, index + 1]));
  return (cellId) => {
    const place = places.get(cellId);
    return place === undefined ? "a cell that is gone" : `cell ${place}`;
  };
}
