import fc from "fast-check";
import { expect, test } from "vitest";
import type { HistoryAuthor } from "../history/author.ts";
import { asStored, type CommentRecord, excerptOf } from "./comment.ts";
import { CommentBook, mentionsOf, readCommentRecords } from "./comment-book.ts";
import { handleOf, mentioned, mentionsIn, typedMention } from "./mentions.ts";

const author = (who: string): HistoryAuthor => ({ kind: "person", who, using: "browser", displayName: who });
const anchor = { cellId: "c", output: null };

function said(id: string, thread: string, who: string, mentions: string[] = []): CommentRecord {
  return { type: "comment", id, thread, anchor, excerpt: "", by: author(who), atMs: 1, text: id, mentions };
}

const people = ["ana", "ben"];
const ids = fc.constantFrom("t1", "t2", "c1", "c2", "c3");
const record: fc.Arbitrary<CommentRecord> = fc.oneof(
  fc.tuple(ids, ids, fc.constantFrom(...people)).map(([id, thread, who]) => said(id, thread, who)),
  ids.map((id): CommentRecord => ({ type: "edit", id, text: "new", mentions: [], atMs: 2 })),
  ids.map((id): CommentRecord => ({ type: "delete", id, atMs: 3 })),
  fc.tuple(ids, fc.boolean()).map(
    ([thread, resolved]): CommentRecord => ({
      type: "settle",
      thread,
      resolved,
      by: author("ana"),
      atMs: 4,
    }),
  ),
);

test("records that come twice, as after a lost answer, change nothing; and what is stored is read back", () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const once = new CommentBook();
      const twice = new CommentBook();
      for (const each of records) {
        once.take(each);
        twice.take(each);
        // An edit that comes again has the same text.
        if (each.type === "comment" || each.type === "delete") expect(twice.take(each)).toBeNull();
      }
      expect(twice.threads()).toEqual(once.threads());
      const stored = new CommentBook();
      for (const each of readCommentRecords(records.map(asStored))) stored.take(each);
      expect(stored.threads()).toEqual(once.threads());
      for (const thread of once.threads()) {
        expect(thread.comments.length).toBeGreaterThan(0);
        expect(thread.id).toBe(thread.comments[0]?.id);
        for (const comment of thread.comments) if (comment.isDeleted) expect(comment.text).toBe("");
      }
    }),
  );
});

test("kinds of records that are not known are passed over", () => {
  expect(readCommentRecords([{ type: "reaction" }, null, 3, asStored(said("t1", "t1", "ana"))])).toHaveLength(
    1,
  );
});

test("somebody is told of open threads that name them after what they said last", () => {
  const book = new CommentBook();
  const count = () => mentionsOf(book.threads(), "ben").length;
  book.take(said("t1", "t1", "ana", ["ben"]));
  expect(count()).toBe(1);
  book.take(said("c1", "t1", "ben"));
  expect(count()).toBe(0);
  book.take(said("c2", "t1", "ana", ["ben"]));
  expect(count()).toBe(1);
  book.take({ type: "settle", thread: "t1", resolved: true, by: author("ana"), atMs: 5 });
  expect(count()).toBe(0);
});

test("an excerpt is the first line that says something, cut", () => {
  expect(excerptOf("\n  \n  lr = 1\nx")).toBe("lr = 1");
  expect(excerptOf("x".repeat(999))).toHaveLength(200);
});

const [ben, local] = [
  { who: "ben-okri", displayName: "Ben Okri" },
  { who: "local", displayName: "Ana Mora" },
];

test.each([
  ["hey @ben-okri, look", ["ben-okri"]],
  ["@Ana-Mora and @ben-okri and @ana-mora", ["local", "ben-okri"]],
  ["@local", ["local"]],
  ["@nobody", []],
  ["mail ana@ben-okri.org", []],
  ["(@ben-okri)", ["ben-okri"]],
  ["@ben-okri-", ["ben-okri"]],
])("%j names %j", (text, expected) => {
  expect(mentioned(text, [ben, local])).toEqual(expected);
});

test("a mention is where it stands in the text", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = `${before} @${handleOf(ben)} ${after}`;
      const found = mentionsIn(text, [ben]).filter(({ from }) => from === before.length + 1);
      expect(found.map(({ from, to }) => text.slice(from, to))).toEqual(["@ben-okri"]);
    }),
  );
});

test("what is typed after an @ is a mention until a space", () => {
  expect(typedMention("hey @be", 7)).toEqual({ at: 4, name: "be" });
  expect(typedMention("@", 1)).toEqual({ at: 0, name: "" });
  expect(typedMention("a@be", 4)).toBeNull();
  expect(typedMention("hey @be now", 11)).toBeNull();
});
