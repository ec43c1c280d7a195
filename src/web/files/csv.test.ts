import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv, viewOf } from "./csv.ts";

test("quotes, separators, line ends and a byte order mark", () => {
  expect(parseCsv('\ufeffa,b\r\n1,"x, ""y""\nz"\r\n,\n').rows).toEqual([
    ["1", 'x, "y"\nz'],
    ["", ""],
  ]);
  expect(parseCsv("a;b\n1;2")).toEqual({ header: ["a", "b"], rows: [["1", "2"]], truncated: false });
  expect(parseCsv("a\tb\n1\t2").rows).toEqual([["1", "2"]]);
  expect(parseCsv("").header).toEqual([]);
  expect(parseCsv("a\n1\n2\n3\n", 2)).toMatchObject({ rows: [["1"], ["2"]], truncated: true });
});

test("whatever is written with quotes is read again", () => {
  const cell = fc.string();
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
      const text = [["h1", "h2"], ...rows]
        .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(","))
        .join("\n");
      expect(parseCsv(text).rows).toEqual(rows);
    }),
  );
});

test("numbers are ordered as numbers, words are found anywhere", () => {
  const table = parseCsv("n,w\n10,ten\n9,nine\n,none\n-1,minus");
  const column = (descending: boolean) => viewOf(table, "", { column: 0, descending }).map(([n]) => n);
  expect(column(false)).toEqual(["-1", "9", "10", ""]);
  expect(column(true)).toEqual(["10", "9", "-1", ""]);
  expect(viewOf(table, "NINE", null)).toEqual([["9", "nine"]]);
});
