/** Charts, maps, diagrams and scripts as real libraries make them in a real kernel, drawn in the real browser. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import AxeBuilder from "axe-core";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  codeCell,
  markdownCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

const CELLS = {
  altair:
    'import altair as alt\nalt.Chart(alt.Data(values=[{"a": c, "b": i * i} for i, c in enumerate("ABC")]), title="Squares").mark_bar().encode(x="a:N", y="b:Q")',
  vegalite:
    'from IPython.display import display, Javascript, HTML\ndisplay({"application/vnd.vegalite.v4+json": {"$schema": "https://vega.github.io/schema/vega-lite/v4.json", "data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}, "title": "Old"}, "text/plain": "old"}, raw=True)',
  plotly:
    'import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 3, 2]), layout=dict(title="Loss", height=300))',
  library:
    "from bokeh.io import output_notebook\nfrom bokeh.resources import INLINE\noutput_notebook(INLINE)",
  bokeh:
    'from bokeh.plotting import figure, show\np = figure(height=200, title="bokeh")\np.line([1, 2], [3, 4])\nshow(p)',
  scripts:
    'display(HTML(\'<p id=a>before</p><script>document.getElementById("a").textContent = "script ran"</script>\'))\ndisplay(Javascript(\'element.textContent = "drawn by script"\'))',
  geojson:
    'display({"application/geo+json": {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Berlin"}, "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}}, {"type": "Feature", "properties": {"name": "Way"}, "geometry": {"type": "LineString", "coordinates": [[13, 52], [14, 53]]}}]}, "text/plain": "map"}, raw=True)',
} as const;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "rich.ipynb": notebookOf([
      ...Object.entries(CELLS).map(([id, source]) => codeCell(id, source)),
      markdownCell("mermaid", "```mermaid\ngraph LR\n  Data --> Train --> Model\n```"),
      markdownCell("broken", "```mermaid\ngraph LR\n  -->\n```"),
    ]),
  });
  opened = await openPage(browser, served, "rich.ipynb");
  page = opened.page;
  await page.getByRole("button", { name: "Run all" }).first().click();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** The frame of a cell's output, when something is drawn in it. */
async function frameOf(cell: string, at = 0): Promise<Frame> {
  const place = page.locator(`[data-cell="${cell}"] iframe`).nth(at);
  await page.locator(`[data-cell="${cell}"]`).scrollIntoViewIfNeeded();
  await place.waitFor({ state: "visible", timeout: 90_000 });
  const frame = await (await place.elementHandle())?.contentFrame();
  if (!frame) throw new Error(`The output of ${cell} has no frame.`);
  return frame;
}

test("Altair, Vega-Lite of an older version, and Plotly are drawn as data", async () => {
  const squares = await frameOf("altair");
  await squares.waitForSelector("svg path");
  expect(await squares.locator("svg").first().textContent()).toContain("Squares");
  await (await frameOf("vegalite")).waitForSelector("svg");
  const loss = await frameOf("plotly");
  await loss.waitForSelector(".gtitle");
  const frame = page.locator('[data-cell="plotly"] iframe');
  expect(await frame.getAttribute("title")).toBe("Chart: Loss");
  await expect.poll(() => frame.evaluate((element) => (element as HTMLElement).offsetHeight)).toBe(300);
}, 120_000);

test("charts follow the page into the dark and back", async () => {
  const inks = async (): Promise<readonly string[]> => {
    const [loss, squares] = [await frameOf("plotly"), await frameOf("altair")];
    return Promise.all([
      loss.locator(".gtitle").evaluate((title) => getComputedStyle(title).fill),
      squares
        .locator("svg text")
        .first()
        .evaluate((text) => getComputedStyle(text).fill),
      loss
        .locator("svg.main-svg")
        .first()
        .evaluate((svg) => getComputedStyle(svg).backgroundColor),
    ]);
  };
  const light = await inks();
  const isBright = (colour: string | undefined): boolean =>
    (colour?.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 384;
  expect(light.map(isBright)).toEqual([false, false, true]);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(async () => (await inks()).slice(0, 2).map(isBright)).toEqual([true, true]);
  expect((await inks())[2]).toMatch(/^(?:rgba\(0, 0, 0, 0\)|transparent)$/);
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(inks).toEqual(light);
}, 120_000);

test("Bokeh's chart finds the library that an earlier output brought, and scripts draw into their place", async () => {
  await (await frameOf("bokeh")).waitForSelector(".bk-Figure", { state: "attached", timeout: 60_000 });
  await (await frameOf("scripts")).waitForSelector("text=script ran");
  await (await frameOf("scripts", 1)).waitForSelector("text=drawn by script");
  // What a kernel made here is trusted: nobody is asked.
  expect(await page.getByText("Outputs with scripts are not shown.").count()).toBe(0);
}, 120_000);

test("a map reads its shapes out by keyboard, and a diagram is an image with its source", async () => {
  const map = page.locator('[data-cell="geojson"]');
  await map.scrollIntoViewIfNeeded();
  await map.getByRole("button", { name: "Next shape" }).click();
  await map.getByText("name: Berlin").waitFor();
  await map.getByRole("application").press("+");
  const diagram = page.locator('[data-cell="mermaid"] img');
  await diagram.waitFor({ timeout: 60_000 });
  expect(await diagram.getAttribute("alt")).toContain("Data --> Train --> Model");
  await expect
    .poll(() => diagram.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(50);
  await page
    .locator('[data-cell="broken"]')
    .getByText("This diagram cannot be drawn")
    .waitFor({ timeout: 60_000 });
}, 120_000);

test("Escape in a chart gives the keyboard back to its cell, and a chart is saved as an image", async () => {
  const frame = await frameOf("vegalite");
  await frame.locator("body").click();
  await page.keyboard.press("Escape");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-cell")))
    .toBe("vegalite");
  const saving = page.waitForEvent("download");
  await page.locator('[data-cell="vegalite"]').hover();
  await page.getByRole("button", { name: "Save as SVG: Chart: Old" }).click();
  expect((await saving).suggestedFilename()).toBe("chart.svg");
});

test("frames follow the theme, and have no finding", async () => {
  const frame = await frameOf("vegalite");
  await page.emulateMedia({ colorScheme: "dark" });
  const ink = (): Promise<string | null> =>
    frame.locator("svg .role-title text").first().getAttribute("fill");
  await expect.poll(ink).toBe("#e8e6e1");
  await page.evaluate(AxeBuilder.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(on: string, options: object): Promise<{ violations: { id: string }[] }> };
    };
    return (await axe.run("[data-notebook]", { iframes: false })).violations.map(({ id }) => id);
  });
  expect(found).toEqual([]);
});

test("opened again what ran here is trusted; what another program brings is not, until somebody says so", async () => {
  const [session] = served.host.notebooks();
  if (!session) throw new Error("It is open.");
  await session.save();
  await served.host.closeNotebook(session.id);
  await page.reload();
  await (await frameOf("scripts")).waitForSelector("text=script ran");

  const path = join(served.folder, "rich.ipynb");
  await writeFile(path, (await readFile(path, "utf8")).replaceAll("script ran", "stranger ran"));
  const cell = page.locator('[data-cell="scripts"]');
  await cell.getByText("Scripts of this output are not run").waitFor({ timeout: 30_000 });
  expect(await cell.locator("iframe").count()).toBe(1);
  await page.getByRole("button", { name: "Show them" }).click();
  await (await frameOf("scripts")).waitForSelector("text=stranger ran");

  // The same by command, in a process of its own that finds the one that has it open or uses the same state.
  const loopbook = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [join(rootFolder, "src/cli/main.ts"), ...args], {
      env: { ...process.env, LOOPBOOK_HOME: served.stateFolder },
    });
  expect((await loopbook("trust", path, "--revoke")).stdout).toContain(
    "no output with scripts runs any more",
  );
  await page.reload();
  await page.getByText("Outputs with scripts are not shown.").waitFor();
  expect((await loopbook("trust", path)).stdout).toMatch(/rich\.ipynb: [3-9] outputs with scripts may run/);
}, 120_000);
