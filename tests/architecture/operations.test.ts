import { describe, expect, it } from "vitest";
import { routes } from "../../scripts/lib/docs/http-page.ts";
import { allOperations, FOREIGN } from "../../src/api/operations/all-operations.ts";

const key = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;
const own = routes().filter(({ path }) => !FOREIGN.test(path));

describe("the table of operations", () => {
  it("has every route of ours (else: a line in src/api/operations, then npm run docs)", () => {
    const told = new Set(allOperations.map(key));
    expect(own.map(key).filter((route) => !told.has(route))).toEqual([]);
  });

  it("has no route that is not there", () => {
    // A HEAD stands beside its GET or PUT.
    const there = new Set([...own.map(key), ...own.map(({ path }) => `HEAD ${path}`)]);
    expect(allOperations.map(key).filter((route) => !there.has(route))).toEqual([]);
  });

  it("names the right that each route needs", () => {
    const needs = new Map(own.map((route) => [key(route), route.needs]));
    const wrong = allOperations
      .filter((one) => one.method !== "HEAD")
      .filter((operation) => needs.get(key(operation)) !== operation.needs);
    expect(wrong.map((operation) => `${key(operation)}: ${operation.needs}`)).toEqual([]);
  });

  it("has ids that are told once, and a summary each", () => {
    const ids = allOperations.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(allOperations.filter(({ summary }) => !summary.endsWith("."))).toEqual([]);
  });
});
