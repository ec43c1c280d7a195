import { expect, test } from "vitest";
import { altairSpec, isAltairHtml } from "./altair-html.ts";

const html = (json: string) =>
  `\n<style></style>\n<div id="altair-viz-${"a".repeat(32)}"></div>\n<script type="text/javascript">\n  (function(spec, embedOpt){\n    run();\n  })(${json});\n</script>`;

test("the specification of Altair's HTML is read from the end of its script", () => {
  const spec = { mark: "bar", title: "a }); </scr" };
  expect(isAltairHtml(html("{}, {}"))).toBe(true);
  expect(altairSpec(html(`${JSON.stringify(spec)}, {"mode": "vega-lite"}`))).toEqual(spec);
});

test("what is written otherwise is left alone", () => {
  expect(isAltairHtml("<div>altair-viz-</div>")).toBe(false);
  expect(altairSpec(html("alert(1), {}"))).toBeNull();
  expect(altairSpec(html('{"a": 1}, {"mode": "vega"}'))).toBeNull();
  expect(altairSpec("<script></script>")).toBeNull();
});
