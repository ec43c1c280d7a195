import { expect, test } from "vitest";
import { nameOfAddress, schemeOf, shownAddress } from "./url-scheme.ts";

test("paths have no scheme, also those of Windows", () => {
  expect(["a.ipynb", "/x/a.ipynb", "C:\\a.ipynb", "c://a", "-", "a:b", "s3:/a"].map(schemeOf)).toEqual(
    Array.from({ length: 7 }, () => null),
  );
  expect(["s3://b/a", "HTTPS://h/a", "file:///a", "my+x.y-z://a"].map(schemeOf)).toEqual([
    "s3",
    "https",
    "file",
    "my+x.y-z",
  ]);
});

test("what is shown of an address holds no secret", () => {
  expect(shownAddress("https://ana:pw@host/a.ipynb?sig=x")).toBe("https://host/a.ipynb");
  expect(shownAddress("s3://bucket/a@b.ipynb")).toBe("s3://bucket/a@b.ipynb");
});

test("the name of a notebook is its address's last part", () => {
  expect(nameOfAddress("s3://bucket/dir/train.v2.ipynb?x=a/b")).toBe("train.v2");
  expect(nameOfAddress("https://host/")).toBe("notebook");
});
