import { expect, test } from "vitest";
import { safeFileName } from "./file-name.ts";

test("a proposed name leads nowhere, hides nothing and deceives nobody", () => {
  expect(
    ["../../etc/passwd", ".bashrc", "a\u202Egpj.exe", "a\u0000\nb", "  ", "x".repeat(500), "chart.svg"].map(
      safeFileName,
    ),
  ).toEqual(["_.._etc_passwd", "bashrc", "agpj.exe", "ab", "output", "x".repeat(120), "chart.svg"]);
});
