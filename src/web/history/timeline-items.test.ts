import { expect, test } from "vitest";
import type { HistoryAuthor, HistoryEntry, VersionView } from "../../api/history.ts";
import { actsText, authorText, timelineItems, versionTitle, workText } from "./timeline-items.ts";

const person = (who: string): HistoryAuthor => ({ kind: "person", who, using: "browser", displayName: who });
const MINUTE = 60_000;
const entry = (
  seq: number,
  minute: number,
  author: HistoryAuthor,
  more: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  ...{ seq, fromMs: minute * MINUTE, toMs: minute * MINUTE, author, cellId: `c${seq}`, acts: ["source"] },
  ...{ count: 1, text: null, added: 1, removed: 0, isShared: false, keys: [], deleted: null },
  ...more,
});
const version = (id: number, minute: number, name: string | null): VersionView => ({
  ...{
    id,
    atMs: minute * MINUTE,
    author: person("ana"),
    reason: "before-run",
    note: "train",
    name,
    cells: 3,
  },
});

test("by person and time: a break, somebody else, or a version begins another item", () => {
  const [ana, bo] = [person("ana"), person("bo")];
  const entries = [
    entry(5, 40, ana),
    entry(4, 39, ana),
    entry(3, 20, ana),
    entry(2, 15, bo),
    entry(1, 14, ana),
  ];
  const items = timelineItems(entries, [version(1, 17, null)]);
  expect(
    items.map((item) => (item.type === "version" ? item.key : item.entries.map(({ seq }) => seq).join())),
  ).toEqual(["5,4", "3", "v1", "2", "1"]);
  expect(items[0]).toMatchObject({ fromMs: 39 * MINUTE, atMs: 40 * MINUTE });
});

test("what was done in a few words", () => {
  const ana = person("ana");
  expect(
    workText([
      entry(1, 1, ana),
      entry(2, 1, ana, { acts: ["inserted", "source"] }),
      entry(3, 1, ana, { acts: ["deleted"] }),
      entry(4, 1, ana),
    ]),
  ).toBe("1 cell inserted, 2 edited, 1 deleted");
  expect(workText([entry(1, 1, ana, { acts: ["parameters"] })])).toBe("Parameters changed");
  expect(workText([entry(1, 1, ana, { acts: ["restored"], cellId: null, keys: ["v1"] })])).toBe(
    "Restored v1",
  );
  expect(workText([entry(1, 1, ana, { acts: ["metadata"], cellId: null })])).toBe("Notebook settings");
  expect(actsText(entry(1, 1, ana, { acts: ["type", "metadata"], keys: ["tags"], isShared: true }))).toBe(
    "kind, settings (tags), together with others",
  );
});

test("a version's title and an author", () => {
  expect(versionTitle(version(1, 1, "v1"))).toBe("v1");
  expect(versionTitle(version(1, 1, null))).toBe("Before a run: train");
  expect(authorText(person("Ana"))).toBe("Ana/browser");
  expect(authorText({ kind: "pipeline", who: "run_1", using: "train", displayName: "train" })).toBe("train");
});
