import { expect, test } from "vitest";
import { layoutInLook } from "./plotly-look.ts";

const tokens = { ink: "#eeeeee", line: "#333333", sheet: "#222222" };
const DARK = { isDark: true, tokens };
const express = {
  title: { text: "loss" },
  template: {
    data: { bar: [{ type: "bar" }] },
    layout: {
      paper_bgcolor: "white",
      plot_bgcolor: "#E5ECF6",
      colorway: ["#636efa"],
      font: { color: "#2a3f5f", size: 12 },
      xaxis: { gridcolor: "white", automargin: true },
    },
  },
};

test("in a dark page the light template's paper, ink and lines are the page's; its other fields stay", () => {
  const layout = layoutInLook(express, DARK) as unknown as typeof express;
  expect(layout.title).toEqual({ text: "loss" });
  expect(layout.template.data).toEqual(express.template.data);
  expect(layout.template.layout).toMatchObject({
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: ["#636efa"],
    font: { color: "#eeeeee", size: 12 },
    xaxis: { gridcolor: "#333333", automargin: true },
  });
});

test("a figure without a template is white by itself, and gets one", () => {
  expect(layoutInLook({ height: 300 }, DARK)).toMatchObject({
    height: 300,
    template: { layout: { paper_bgcolor: "rgba(0,0,0,0)", font: { color: "#eeeeee" } } },
  });
});

test("in a light page, and with a dark template, a figure is drawn as it is", () => {
  expect(layoutInLook(express, { isDark: false, tokens })).toBe(express);
  for (const paper_bgcolor of ["rgb(17,17,17)", "#111", "#102030"]) {
    const dark = { template: { layout: { paper_bgcolor } } };
    expect(layoutInLook(dark, DARK)).toBe(dark);
  }
});

test("what the author set is beside the template, so it counts", () => {
  const own = { ...express, paper_bgcolor: "ivory", font: { color: "navy" } };
  expect(layoutInLook(own, DARK)).toMatchObject({ paper_bgcolor: "ivory", font: { color: "navy" } });
});
