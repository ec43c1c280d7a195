import { expect, test } from "vitest";
import { endingOf, formName, outputFile, savedForm } from "./output-forms.ts";

test("an output is saved in its richest form, under a name that says where it is from", () => {
  expect(savedForm(["text/plain", "text/html", "image/png"])).toBe("image/png");
  expect(savedForm(["text/plain", "text/html"])).toBe("text/html");
  expect(savedForm(["application/x-own"])).toBe("application/x-own");
  expect(outputFile("a/train.ipynb", 3, 0, endingOf("image/png"))).toBe("train-3.png");
  expect(outputFile("train.ipynb", 3, 1, endingOf("application/x-own+json"))).toBe("train-3-2.json");
  expect([formName("image/svg+xml"), formName("application/x-own")]).toEqual([
    "SVG image",
    "application/x-own",
  ]);
});
