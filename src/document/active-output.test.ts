import { expect, test } from "vitest";
import type { MimeBundle, Output } from "../nbformat/notebook.ts";
import { activePart, hasScript, libraryPart, placePart } from "./active-output.ts";

const shown = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });

test("markup that would run something is told from markup that would not", () => {
  const active = [
    "<script>1</script>",
    "<SCRIPT src=x>",
    "<b onclick=x()>",
    "<img src=x\nonerror = 'x'>",
    "<a href='javascript:x'>",
    "<iframe srcdoc=x>",
    "<object data=x>",
  ];
  expect(active.filter((html) => !hasScript(html))).toEqual([]);
  const inert = [
    "<p>one = two</p>",
    "<table><td>on time = 3</td></table>",
    "<style>a{}</style>",
    "<b style='x'>",
  ];
  expect(inert.filter(hasScript)).toEqual([]);
});

test("long markup that was made to be slow is not", () => {
  const startedMs = performance.now();
  hasScript("<a on".repeat(200_000));
  libraryPart(shown({ "text/html": `${"<script>".repeat(50_000)}${"<!--".repeat(50_000)}` }));
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test("of an output the markup runs, else its script; a text never does", () => {
  expect(activePart(shown({ "text/html": ["<script>", "1</script>"] }))).toEqual({
    kind: "html",
    text: "<script>1</script>",
  });
  expect(activePart(shown({ "text/html": "<b>x</b>", "application/javascript": "go()" }))).toEqual({
    kind: "script",
    text: "go()",
  });
  expect(activePart(shown({ "text/plain": "<script>" }))).toBeNull();
  expect(activePart({ output_type: "stream", name: "stdout", text: "<script>" })).toBeNull();
});

test("a place to draw into is markup with an id and nothing to see", () => {
  expect(placePart(shown({ "text/html": '<div id="p1"></div>' }))).not.toBeNull();
  expect(placePart(shown({ "text/html": '<div id="p1">text</div>' }))).toBeNull();
  expect(placePart(shown({ "text/html": "<div></div>" }))).toBeNull();
  expect(placePart(shown({ "text/html": '<div id="p1"><script>1</script></div>' }))).toBeNull();
});

test("a library says that it is one, or is nothing but a long script", () => {
  const load = { "application/javascript": "x", "application/vnd.bokehjs_load.v0+json": "x" };
  expect(libraryPart(shown(load))).toEqual({ kind: "script", text: "x" });
  const long = `<script>${"x".repeat(6_000)}</script>`;
  expect(libraryPart(shown({ "text/html": long }))).not.toBeNull();
  expect(libraryPart(shown({ "text/html": `${long}<p>chart</p>` }))).toBeNull();
  expect(libraryPart(shown({ "text/html": "<script>1</script>" }))).toBeNull();
});
