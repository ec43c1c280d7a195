import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf, parseRoute } from "./router.ts";

test("addresses lead to their page", () => {
  expect(parseRoute("/", "")).toEqual({ page: "folder", path: "" });
  expect(parseRoute("/", "?path=a%2Fb")).toEqual({ page: "folder", path: "a/b" });
  expect(parseRoute("/notebook/a/b%20c.ipynb", "")).toEqual({ page: "notebook", path: "a/b c.ipynb" });
});

test("every path comes back from its address", () => {
  const segment = fc.string({ minLength: 1 }).filter((text) => !text.includes("/"));
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("folder", "notebook"),
      (parts, page) => {
        const route = { page, path: parts.join("/") } as const;
        const url = new URL(addressOf(route), "http://localhost");
        expect(parseRoute(url.pathname, url.search)).toEqual(route);
      },
    ),
  );
});
