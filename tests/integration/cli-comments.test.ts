/** Comments in the terminal: of closed notebooks from the disk; into a notebook's metadata only when asked. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommentThread } from "../../src/api/comments.ts";
import { CliFolder } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

test("a comment is made, answered, resolved and listed by cell; the file holds none, a copy does when asked", async () => {
  folder.write(
    "a.ipynb",
    JSON.stringify({
      ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
      cells: ["lr = 0.1", "train(lr)"].map((source, index) => ({
        ...{ id: `c${index}`, cell_type: "code", source, execution_count: null, outputs: [], metadata: {} },
      })),
    }),
  );
  const before = readFileSync(folder.file("a.ipynb"), "utf8");
  const none = await folder.run(["comments", "a.ipynb"]);
  expect(none).toMatchObject({ code: 0, stdout: "" });
  expect(none.stderr).toContain("There are no open comments.");
  const added = await folder.run(["comments", "a.ipynb", "--cell", "2", "--add", "Why so slow?"]);
  expect(added.stdout).toMatch(/^\w{6} {2}cell 2 {2}train\(lr\)\n {2}Ana, \d{4}-.*\n {4}Why so slow\?\n$/);
  const id = added.stdout.slice(0, 6);
  const answered = await folder.run(["comments", "a.ipynb", "--answer", id, "-m", "It is the disk."]);
  expect(answered.stdout).toContain("    It is the disk.\n");
  const [thread] = await folder.json<CommentThread[]>(["comments", "a.ipynb"]);
  expect(thread?.comments.map(({ by, text }) => [by.who, by.using, text])).toEqual([
    ["local", "cli", "Why so slow?"],
    ["local", "cli", "It is the disk."],
  ]);
  expect(readFileSync(folder.file("a.ipynb"), "utf8")).toBe(before);

  const exported = await folder.run(["comments", "a.ipynb", "--export", "b.ipynb"]);
  expect(exported.code).toBe(0);
  expect(folder.read("b.ipynb").cells[1]?.metadata).toMatchObject({
    loopbook: { comments: [{ excerpt: "train(lr)", comments: [{ by: "Ana", text: "Why so slow?" }, {}] }] },
  });
  expect(await folder.run(["comments", "a.ipynb", "--export", "b.ipynb"])).toMatchObject({ code: 1 });

  await folder.run(["comments", "a.ipynb", "--resolve", id]);
  expect((await folder.run(["comments", "a.ipynb"])).stdout).toBe("");
  expect((await folder.run(["comments", "a.ipynb", "--all"])).stdout).toContain("(resolved by Ana)");
  const wrong = await folder.run(["comments", "a.ipynb", "--resolve", "zzz"]);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("There is no thread zzz");
  expect(await folder.run(["comments", "a.ipynb", "--add", "x"])).toMatchObject({ code: 2 });
  expect(existsSync(folder.file("c.ipynb"))).toBe(false);
});
