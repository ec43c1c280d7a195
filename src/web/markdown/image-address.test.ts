import { expect, test } from "vitest";
import { imageAddress } from "./image-address.ts";

const pathOf = (notebook: string | null, address: string): string | null => {
  const found = imageAddress(notebook, address);
  return found === null ? null : new URL(found, "http://x").searchParams.get("path");
};

test("images are looked for beside their notebook", () => {
  expect(pathOf("a/b.ipynb", "img/loss.png")).toBe("a/img/loss.png");
  expect(pathOf("b.ipynb", "./loss.SVG?v=2#x")).toBe("loss.SVG");
  expect(pathOf("a/b.ipynb", "../c/Gr%C3%BC%C3%9Fe%20%26%20so.jpg")).toBe("c/Grüße & so.jpg");
  expect(pathOf("a/b.ipynb", "/top.webp")).toBe("top.webp");
});

test("nothing but images, and nothing outside of the folder", () => {
  for (const address of [
    "notes.txt",
    "../../up.png",
    "https://elsewhere.example/a.png",
    "//elsewhere.example/a.png",
    "data:image/png;base64,AA==",
    "file:///etc/a.png",
    "..\\a.png",
    "%zz.png",
    "",
  ]) {
    expect([address, pathOf("a/b.ipynb", address)]).toEqual([address, null]);
  }
  expect(pathOf(null, "a.png")).toBeNull();
  expect(pathOf("/elsewhere/b.ipynb", "a.png")).toBeNull();
});
