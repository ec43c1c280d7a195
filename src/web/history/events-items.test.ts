import fc from "fast-check";
import { expect, test } from "vitest";
import { TIMELINE_KINDS, type TimelineEvent } from "../../api/timeline.ts";
import { BEGIN_AUTHOR } from "../../document/history/author.ts";
import { eventItems, groupText, isUneventful } from "./events-items.ts";

const by = (who: string) => ({ kind: "person", who, using: "browser", displayName: who }) as const;

function event(key: string, more: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    ...{
      key,
      atMs: Date.UTC(2026, 0, 5, 12),
      kind: "step",
      by: by("run"),
      text: key,
      reason: null,
      cellId: "a",
    },
    ...{ runId: "run_1", ordinal: 1, version: null, tone: "plain", ...more },
  };
}

const keys = (items: ReturnType<typeof eventItems>): string[] =>
  items.map(({ type, key }) => `${type} ${key}`);

test("steps that follow each other are one line; one that failed stands alone; opened, each stands in its place", () => {
  const events = [
    event("5"),
    event("4"),
    event("3", { tone: "bad" }),
    event("2"),
    event("1", { runId: "run_0" }),
  ];
  const items = eventItems(events, new Set());
  expect(keys(items).slice(1)).toEqual(["group group 4", "event 3", "event 2", "event 1"]);
  expect(keys(eventItems(events, new Set(["group 4"]))).slice(1, 4)).toEqual([
    "group group 4",
    "event 5",
    "event 4",
  ]);
  expect(groupText(events.slice(0, 2))).toBe("2 steps of the run");
});

test("edits of one author are one line, until somebody else comes between", () => {
  const edit = (key: string, who: string) => event(key, { kind: "edit", by: by(who), cellId: key });
  const events = [edit("4", "ana"), edit("3", "ana"), edit("2", "ben"), edit("1", "ana")];
  expect(keys(eventItems(events, new Set())).slice(1)).toEqual(["group group 3", "event 2", "event 1"]);
  expect(groupText(events.slice(0, 2))).toBe("2 edits in 2 cells");
});

test("that a notebook was opened is nothing that happened; a version that somebody made is", () => {
  const opened = event("1", { kind: "version", by: BEGIN_AUTHOR, version: 1 });
  expect(isUneventful([])).toBe(true);
  expect(isUneventful([opened])).toBe(true);
  expect(isUneventful([event("2", { kind: "version", by: by("ana"), version: 2 }), opened])).toBe(false);
  expect(isUneventful([event("2", { kind: "edit", by: by("ana") }), opened])).toBe(false);
});

test("every event is there once, in its order, whatever is opened; days come before their events", () => {
  const some = fc.record({
    kind: fc.constantFrom(...TIMELINE_KINDS),
    runId: fc.constantFrom("run_1", "run_2"),
    who: fc.constantFrom("ana", "ben"),
    tone: fc.constantFrom("plain", "bad"),
    day: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(some), (all) => {
      const events = all
        .sort((a, b) => b.day - a.day)
        .map(({ kind, runId, who, tone, day }, index) =>
          event(`e${index}`, {
            kind,
            runId,
            by: by(who),
            tone: tone as "plain",
            atMs: Date.UTC(2026, 0, 5 + day, 12),
          }),
        );
      const closed = eventItems(events, new Set());
      const opened = new Set(closed.flatMap((item) => (item.type === "group" ? [item.key] : [])));
      const shown = eventItems(events, opened).flatMap((item) => (item.type === "event" ? [item.event] : []));
      expect(shown).toEqual(events);
      expect(new Set(keys(closed)).size).toBe(closed.length);
      expect(closed.filter(({ type }) => type === "day")).toHaveLength(
        new Set(all.map(({ day }) => day)).size,
      );
    }),
  );
});
