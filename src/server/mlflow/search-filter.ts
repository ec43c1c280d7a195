/**
 * MLflow's language of searches: `metrics.loss < 0.1 AND params.lr = "0.01" AND attributes.run_name LIKE 'a%'`, and
 * orders such as `metrics.loss DESC`. Pure. (https://mlflow.org/docs/latest/search-runs/)
 */
import { MlflowError } from "./mlflow-error.ts";

export type Field = (entity: string, key: string) => string | number | null | undefined;
export type Predicate = (field: Field) => boolean;

type Token = { readonly kind: "name" | "quoted" | "string" | "number" | "sign"; readonly text: string };

const SIGNS = new Set(["=", "!=", "<", "<=", ">", ">="]);
const ENTITIES: Readonly<Record<string, string>> = {
  metric: "metrics",
  metrics: "metrics",
  param: "params",
  params: "params",
  parameter: "params",
  parameters: "params",
  tag: "tags",
  tags: "tags",
  attr: "attributes",
  attribute: "attributes",
  attributes: "attributes",
  run: "attributes",
  dataset: "datasets",
  datasets: "datasets",
};

export function parseFilter(text: string): Predicate {
  const tokens = tokensOf(text);
  const comparisons: Predicate[] = [];
  let at = 0;
  const take = (): Token => tokens[at++] ?? refuse(`the filter ends too early: ${text}`);
  while (at < tokens.length) {
    const { entity, key, next } = fieldAt(tokens, at);
    at = next;
    let sign = take().text.toUpperCase();
    if (sign === "NOT") sign = `NOT ${take().text.toUpperCase()}`;
    if (sign === "IS") {
      const word = take().text.toUpperCase();
      const isNot = word === "NOT";
      if (isNot) take();
      comparisons.push((field) => ((field(entity, key) ?? null) !== null) === isNot);
    } else if (sign === "IN" || sign === "NOT IN") {
      const values: string[] = [];
      if (take().text !== "(") refuse(`IN needs a list in brackets: ${text}`);
      for (let token = take(); token.text !== ")" || token.kind !== "sign"; token = take())
        if (token.kind !== "sign") values.push(token.text);
      comparisons.push((field) => {
        const value = field(entity, key) ?? null;
        return value !== null && values.includes(String(value)) === (sign === "IN");
      });
    } else {
      const wanted = take();
      comparisons.push(comparison(entity, key, sign, wanted.text));
    }
    const joint = tokens[at];
    if (joint === undefined) break;
    if (joint.text.toUpperCase() !== "AND") refuse(`only AND joins conditions: ${text}`);
    at++;
  }
  return (field) => comparisons.every((holds) => holds(field));
}

function comparison(entity: string, key: string, sign: string, wanted: string): Predicate {
  if (sign === "LIKE" || sign === "ILIKE") {
    const pattern = likePattern(wanted, sign === "ILIKE");
    return (field) => pattern.test(String(field(entity, key) ?? ""));
  }
  if (!SIGNS.has(sign)) return refuse(`there is no comparison ${sign}`);
  return (field) => {
    const value = field(entity, key) ?? null;
    if (value === null) return false;
    const order =
      typeof value === "number" ? value - Number(wanted) : value < wanted ? -1 : value > wanted ? 1 : 0;
    if (Number.isNaN(order)) return sign === "!=";
    switch (sign) {
      case "=":
        return order === 0;
      case "!=":
        return order !== 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      default:
        return order >= 0;
    }
  };
}

export type Order<T> = (a: T, b: T) => number;

/** Without a value it is last, whichever way. */
export function parseOrders<T>(orders: readonly string[], fieldOf: (one: T) => Field): Order<T> {
  const parsed = orders.map((text) => {
    const tokens = tokensOf(text);
    const { entity, key, next } = fieldAt(tokens, 0);
    const way = tokens[next]?.text.toUpperCase() ?? "ASC";
    if (way !== "ASC" && way !== "DESC") refuse(`an order ends with ASC or DESC: ${text}`);
    return { entity, key, sign: way === "DESC" ? -1 : 1 };
  });
  return (a, b) => {
    for (const { entity, key, sign } of parsed) {
      const order = compare(fieldOf(a)(entity, key), fieldOf(b)(entity, key), sign);
      if (order !== 0) return order;
    }
    return 0;
  };
}

type Value = string | number | null | undefined;

function compare(left: Value, right: Value, sign: number): number {
  const rank = (value: Value): number =>
    value === null || value === undefined ? 2 : typeof value === "number" && Number.isNaN(value) ? 1 : 0;
  const [leftRank, rightRank] = [rank(left), rank(right)];
  if (leftRank !== rightRank || leftRank > 0) return leftRank - rightRank;
  const [a, b] = [left as string | number, right as string | number];
  return a < b ? -sign : a > b ? sign : 0;
}

function fieldAt(tokens: readonly Token[], at: number): { entity: string; key: string; next: number } {
  const first = tokens[at] ?? refuse("a name is missing");
  if (first.kind !== "name" && first.kind !== "quoted") refuse(`${first.text} is no name`);
  const dot = first.kind === "name" ? first.text.indexOf(".") : -1;
  const entity = dot < 0 ? undefined : ENTITIES[first.text.slice(0, dot).toLowerCase()];
  if (entity === undefined) return { entity: "attributes", key: first.text, next: at + 1 };
  // metrics.`a b`: the key is a token of its own.
  if (dot === first.text.length - 1) {
    const key = tokens[at + 1] ?? refuse(`a name is missing behind ${first.text}`);
    return { entity, key: key.text, next: at + 2 };
  }
  return { entity, key: first.text.slice(dot + 1), next: at + 1 };
}

const TOKEN =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`|(<=|>=|!=|[=<>(),])|([^\s'"`=<>!(),]+))/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const match = TOKEN.exec(text);
    if (!match) return refuse(`this filter cannot be read: ${text}`);
    const [, single, double, back, sign, word] = match;
    const quotedName = double !== undefined && tokens.at(-1)?.text.endsWith(".") === true;
    if (single !== undefined) tokens.push({ kind: "string", text: single });
    else if (double !== undefined) tokens.push({ kind: quotedName ? "quoted" : "string", text: double });
    else if (back !== undefined) tokens.push({ kind: "quoted", text: back });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else if (word !== undefined)
      tokens.push({ kind: /^[-+]?(\d|\.\d)/.test(word) ? "number" : "name", text: word });
  }
  return tokens;
}

/** `%` is any text, `_` any character. */
function likePattern(pattern: string, ignoresCase: boolean): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\%_]/g, (character) =>
    character === "%" ? ".*" : character === "_" ? "." : `\\${character}`,
  );
  return new RegExp(`^${source}$`, ignoresCase ? "is" : "s");
}

function refuse(why: string): never {
  throw new MlflowError("INVALID_PARAMETER_VALUE", `The search is not as it should be: ${why}.`);
}
