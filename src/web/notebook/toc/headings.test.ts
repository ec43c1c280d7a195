import { expect, test } from "vitest";
import { anchorOf, readHeadings } from "./headings.ts";

const read = (source: string): string[] => readHeadings(source).map(({ level, text }) => `${level} ${text}`);

test("signs, underlines and tags, with the text as it is read", () => {
  expect(read("# One\n\n## Two ##\ntext\n###### Six")).toEqual(["1 One", "2 Two", "6 Six"]);
  expect(read("Title\n=====\n\nSub\n---\n\n<h3 id='x'>Three</h3>")).toEqual(["1 Title", "2 Sub", "3 Three"]);
  expect(read("## The **rate** of `lr_max`, [here](x.md), *a* _b_ \\* c")).toEqual([
    "2 The rate of lr_max, here, a b * c",
  ]);
});

test("what only looks like a heading is none", () => {
  expect(read("```\n# a comment\n```\n~~~py\n## no\n~~~\n#no\n####### seven\n    # code")).toEqual([]);
  expect(read("- item\n---\n\n---\n| a |\n|---|\n#\n")).toEqual([]);
  expect(read("text\nwithout any")).toEqual([]);
});

test("anchors are Jupyter's", () => {
  expect(anchorOf("The  learning rate ")).toBe("The-learning-rate");
});
