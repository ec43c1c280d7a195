import { expect, test } from "vitest";
import { namesIn, shapeIn } from "./find-names.ts";

test("names of a source, the last one first, without words of the language and attributes", () => {
  expect(namesIn("df = load()\nfor part in df.parts:\n    display(part.head())")).toEqual([
    "part",
    "display",
    "df",
    "load",
  ]);
  expect(namesIn("")).toEqual([]);
});

test("the shape that pandas and polars write under and above a table", () => {
  expect(shapeIn("<table></table>\n<p>1000000 rows × 5 columns</p>\n</div>")).toEqual([1_000_000, 5]);
  expect(shapeIn("<small>shape: (1_000, 3)</small><table>")).toEqual([1000, 3]);
  expect(shapeIn("<table></table>")).toBeNull();
});
