/** The timeline as it is listed: steps of one run that follow each other are one line, until it is opened. Pure. */
import { actorKey, type TimelineEvent } from "../../api/timeline.ts";
import { BEGIN_AUTHOR } from "../../document/history/author.ts";

export type EventItem =
  | { readonly type: "event"; readonly key: string; readonly event: TimelineEvent }
  | {
      readonly type: "group";
      readonly key: string;
      readonly atMs: number;
      readonly fromMs: number;
      /** Newest first. */
      readonly events: readonly TimelineEvent[];
    }
  | { readonly type: "day"; readonly key: string; readonly atMs: number };

/** @param events newest first. */
export function eventItems(
  events: readonly TimelineEvent[],
  opened: ReadonlySet<string>,
): readonly EventItem[] {
  const items: EventItem[] = [];
  let day = "";
  for (let at = 0; at < events.length; ) {
    const first = events[at];
    if (first === undefined) break;
    const dayNow = new Date(first.atMs).toDateString();
    if (dayNow !== day) items.push({ type: "day", key: `day ${dayNow}`, atMs: first.atMs });
    day = dayNow;
    let end = at + 1;
    while (joins(first, events[end])) end++;
    const group = events.slice(at, end);
    // By its oldest: the key stays while newer ones come.
    const key = `group ${group.at(-1)?.key}`;
    if (group.length === 1) items.push({ type: "event", key: first.key, event: first });
    else {
      items.push({
        type: "group",
        key,
        atMs: first.atMs,
        fromMs: group.at(-1)?.atMs ?? first.atMs,
        events: group,
      });
      if (opened.has(key)) for (const event of group) items.push({ type: "event", key: event.key, event });
    }
    at = end;
  }
  return items;
}

/** Nothing happened, or there is only the state in which the notebook was opened, which nobody made. */
export function isUneventful(events: readonly TimelineEvent[]): boolean {
  return events.every(({ kind, by }) => kind === "version" && actorKey(by) === actorKey(BEGIN_AUTHOR));
}

/** Steps that went well say little each; what somebody did to one thing again and again says one thing. */
function joins(first: TimelineEvent, next: TimelineEvent | undefined): boolean {
  if (next === undefined || next.kind !== first.kind) return false;
  if (new Date(first.atMs).toDateString() !== new Date(next.atMs).toDateString()) return false;
  if (first.kind === "step")
    return next.runId === first.runId && first.tone === "plain" && next.tone === "plain";
  const isEdit = first.kind === "edit" || first.kind === "outside";
  return isEdit && next.by.who === first.by.who && next.by.using === first.by.using;
}

/** `6 cells ran`, `3 edits`. */
export function groupText(events: readonly TimelineEvent[]): string {
  const cells = new Set(events.map(({ cellId }) => cellId)).size;
  const cellText = cells === 1 ? "1 cell" : `${cells} cells`;
  const [first] = events;
  if (first?.kind === "step") return `${events.length} steps of the run`;
  if (first?.kind === "outside") return `${events.length} changes of the file, in ${cellText}`;
  return `${events.length} edits in ${cellText}`;
}
