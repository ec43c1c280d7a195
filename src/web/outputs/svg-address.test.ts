import { expect, test } from "vitest";
import { svgAddress, svgTitle } from "./svg-address.ts";

test("an SVG without its namespace gets it, and what stands before the root is cut", () => {
  expect(decodeURIComponent(svgAddress('<?xml version="1.0"?><!DOCTYPE svg><svg width="1"></svg>'))).toBe(
    'data:image/svg+xml;charset=utf-8,<svg xmlns="http://www.w3.org/2000/svg" width="1"></svg>',
  );
  const named = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
  expect(decodeURIComponent(svgAddress(named))).toBe(`data:image/svg+xml;charset=utf-8,${named}`);
});

test("its title is what a reader hears", () => {
  expect(svgTitle("<svg><title>loss &amp; accuracy</title></svg>")).toBe("loss & accuracy");
  expect(svgTitle('<svg role="img" aria-label="loss by epoch"><title>x</title></svg>')).toBe("loss by epoch");
  expect(svgTitle("<svg></svg>")).toBeNull();
});
