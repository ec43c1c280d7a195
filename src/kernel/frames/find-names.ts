/** What a cell's source and its output say about where the displayed frame may be. Pure. */

/** A notebook cell names few variables; more are not looked at. */
const MAX_NAMES = 200;

const NOT_VARIABLES = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield True False None".split(
    " ",
  ),
);

/** Names that stand in Python source, the last one first: what is displayed stands at the end. */
export function namesIn(source: string): readonly string[] {
  const names = new Set<string>();
  const found = source.match(/(?<![\w."'])[A-Za-z_]\w*/g) ?? [];
  for (const name of found.toReversed()) if (!NOT_VARIABLES.has(name)) names.add(name);
  return [...names].slice(0, MAX_NAMES);
}

/** Rows and columns, as pandas and polars write them beside a table that they cut; null: it is not cut. */
export function shapeIn(html: string): readonly [number, number] | null {
  const pandas = /<p>(\d+) rows × (\d+) columns<\/p>/.exec(html);
  const polars = /<small>shape: \(([\d_]+), ([\d_]+)\)<\/small>/.exec(html);
  const found = pandas ?? polars;
  const [rows, columns] = [found?.[1], found?.[2]].map((digits) =>
    Number((digits ?? "").replaceAll("_", "")),
  );
  return found === null || rows === undefined || columns === undefined ? null : [rows, columns];
}
