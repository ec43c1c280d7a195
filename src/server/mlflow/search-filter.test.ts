import { describe, expect, test } from "vitest";
import { type Field, parseFilter, parseOrders } from "./search-filter.ts";

const values: Readonly<Record<string, string | number>> = {
  "metrics.loss": 0.25,
  "metrics.a b": 2,
  "metrics.bad": Number.NaN,
  "params.lr": "0.01",
  "tags.team": "it's ours",
  "tags.mlflow.user": "ana",
  "attributes.status": "FINISHED",
  "attributes.run_name": "Sweep-7",
  "attributes.start_time": 1_000,
};
const field: Field = (entity, key) => values[`${entity}.${key}`];

describe("a search", () => {
  test.each<[string, boolean]>([
    ["", true],
    ["metrics.loss < 0.3", true],
    ["metrics.loss < 0.25", false],
    ["metrics.loss <= 0.25 AND params.lr = '0.01'", true],
    ["metrics.loss <= 0.25 and params.lr = '0.1'", false],
    ["metrics.`a b` = 2", true],
    ['metrics."a b" >= 2', true],
    ["metrics.bad > 0", false],
    ["metrics.bad != 0", true],
    ["metrics.none < 1", false],
    ['tags.team = "it\'s ours"', true],
    ["tags.mlflow.user = 'ana'", true],
    ["status = 'FINISHED'", true],
    ["attributes.run_name LIKE 'Sweep%'", true],
    ["attributes.run_name LIKE 'sweep%'", false],
    ["attributes.run_name ILIKE 'sweep-_'", true],
    ["run_name LIKE 'Sweep.7'", false],
    ["attributes.status IN ('RUNNING', 'FINISHED')", true],
    ["attributes.status NOT IN ('RUNNING','FINISHED')", false],
    ["tags.none IS NULL", true],
    ["tags.team IS NOT NULL", true],
    ["start_time > -5", true],
  ])("%s", (filter, expected) => {
    expect(parseFilter(filter)(field)).toBe(expected);
  });

  test.each(["metrics.loss <", "metrics.loss ~ 3", "a = 1 OR b = 2", "status IN RUNNING", "= 3", "a = 'x"])(
    "refuses %s",
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(/The search is not as it should be/);
    },
  );
});

test("orders by several fields; what has no value is last, whichever way", () => {
  const runs = [
    { id: 1, loss: 0.3 },
    { id: 2 },
    { id: 3, loss: 0.1 },
    { id: 4, loss: Number.NaN },
    { id: 5, loss: 0.3 },
  ] as const;
  const by = (...orders: string[]): readonly number[] =>
    [...runs]
      .sort(
        parseOrders<(typeof runs)[number]>(
          orders,
          (run) => (_, key) => (key === "id" ? run.id : "loss" in run ? run.loss : undefined),
        ),
      )
      .map(({ id }) => id);
  expect(by("metrics.loss ASC", "id")).toEqual([3, 1, 5, 4, 2]);
  expect(by("metrics.loss DESC", "id DESC")).toEqual([5, 1, 3, 4, 2]);
});
