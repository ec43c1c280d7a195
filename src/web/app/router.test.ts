import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf, parseRoute } from "./router.ts";

test("addresses lead to their page", () => {
  expect(parseRoute("/", "")).toEqual({ page: "folder", path: "" });
  expect(parseRoute("/", "?path=a%2Fb")).toEqual({ page: "folder", path: "a/b" });
  for (const word of ["open", "notebook"]) {
    expect(parseRoute(`/${word}/a/b%20c.ipynb`, "")).toEqual({ page: "notebook", path: "a/b c.ipynb" });
  }
  expect(parseRoute("/open/a/b", "")).toEqual({ page: "folder", path: "a/b" });
});

test("every path comes back from its address", () => {
  const segment = fc.string({ minLength: 1 }).filter((text) => !/\/|^\.\.?$/.test(text));
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("folder", "notebook", "file"),
      (parts, page) => {
        const path = `${parts.join("/")}${page === "notebook" ? ".ipynb" : ""}`;
        const route = { page, path } as const;
        const url = new URL(addressOf(route), "http://localhost");
        expect(parseRoute(url.pathname, url.search)).toEqual(route);
      },
    ),
  );
});
