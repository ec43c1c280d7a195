/** Outputs that are too big to come with the notebook: a log of a million lines, images, tables. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  codeCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

const LOG = `import sys
for i in range(0, 1000000, 10000):
    sys.stdout.write("".join(f"step {j} loss={j % 977}\\n" for j in range(i, i + 10000)))
print("\\x1b[31mthe end\\x1b[0m")`;
const GROWING = `import time
for i in range(8000):
    print("grown", i, flush=i % 100 == 0)
    if i % 1000 == 999: print("needle"); time.sleep(0.3)
    if i == 3000: time.sleep(2)
print("all grown")`;
const SMALL = `for i in range(300): print("small", i, "x" * 20)`;
const IMAGE = `import zlib, struct, base64, os
from IPython.display import Image, display
def png(size):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\\0" + os.urandom(size * 3) for _ in range(size))
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
shown = display(Image(png(60)), display_id=True)`;
const REDRAW = `import time
for size in range(61, 101):
    shown.update(Image(png(size)))
    time.sleep(0.005)`;
const TABLE = `class Table:
    def _repr_html_(self): return "<table>" + "".join(f"<tr><td>row {i}</td></tr>" for i in range(200)) + "</table>"
Table()`;

const HUGE = `from IPython.display import HTML
HTML("<!--" + "x" * 6_000_000 + "--><p>all" + " of it</p>")`;

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "logs.ipynb": notebookOf([
      codeCell("log", LOG),
      codeCell("growing", GROWING),
      codeCell("small", SMALL),
      codeCell("image", IMAGE),
      codeCell("redraw", REDRAW),
      codeCell("table", TABLE),
      codeCell("huge", HUGE),
    ]),
  });
  opened = await openPage(browser, served, "logs.ipynb");
  page = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function run(id: string): Promise<void> {
  await page.locator(`[data-cell="${id}"]`).focus();
  await page.keyboard.press("Control+Enter");
}

test("a million lines: the ends at once, then all of them, scrolled, searched, jumped into", async () => {
  await run("log");
  const cell = page.locator('[data-cell="log"]');
  await cell.getByText("the end").waitFor({ timeout: 60_000 });
  await cell.getByText(/^step 0 loss=0$/).waitFor();
  await cell.getByRole("button", { name: /999,97\d more lines: scroll and search all 1,000,001/ }).click();
  const view = cell.getByRole("group", { name: "Lines of Standard output" });
  await cell.getByText(/^1,000,001 lines, 2\d MB$/).waitFor();
  await view.getByText("step 3 loss=3", { exact: true }).waitFor();
  // A few dozen lines are drawn, not a million.
  expect(await view.getByRole("listitem").count()).toBeLessThan(60);

  await view.focus();
  await page.keyboard.press("End");
  await view.getByText("the end").waitFor();
  expect(await view.getByText("the end").evaluate((line) => getComputedStyle(line).color)).not.toBe(
    await view.evaluate((element) => getComputedStyle(element).color),
  );
  await page.keyboard.press("PageUp");
  await view.getByText("step 999960 loss=489", { exact: true }).waitFor();
  await page.keyboard.press("Home");
  await view.getByText("step 0 loss=0", { exact: true }).waitFor();
  expect(await page.locator("[data-cell]").count()).toBe(7);

  await cell.getByLabel("Go to line").fill("765433");
  await page.keyboard.press("Enter");
  await view.getByText("step 765432 loss=441", { exact: true }).waitFor();

  await cell.getByLabel("Find in this log").fill("step 99999");
  const count = cell.locator("search").getByRole("status");
  await expect.poll(() => count.textContent()).toContain("11 in all");
  await view.locator("mark").first().waitFor();
  await cell.getByLabel("Find in this log").press("Enter");
  await cell.getByLabel("Find in this log").press("Enter");
  await expect.poll(() => count.textContent()).toMatch(/line \d+ of 11/);

  const line = view.getByRole("button", { name: "Line 999992", exact: true });
  await line.scrollIntoViewIfNeeded();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await line.click();
  await cell.getByRole("button", { name: "Copy the chosen lines" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("step 999991 loss=520\n");

  const download = page.waitForEvent("download");
  await cell.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.log$/);

  const source = await readFile(join(rootFolder, "node_modules/axe-core/axe.min.js"), "utf8");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const problems = await page.evaluate(async (script) => {
      if (!("axe" in window)) new Function(script)();
      const { axe } = window as unknown as {
        axe: { run(root: string): Promise<{ violations: { id: string }[] }> };
      };
      return (await axe.run('[data-cell="log"] section')).violations.map(({ id }) => id);
    }, source);
    expect(problems).toEqual([]);
  }

  await cell.getByLabel("Close the log").click();
  await cell.getByRole("button", { name: /more lines: scroll and search/ }).waitFor();
}, 120_000);

test("an open log that grows is followed, and searched again", async () => {
  await run("growing");
  const cell = page.locator('[data-cell="growing"]');
  await cell.getByRole("button", { name: /more lines: scroll and search/ }).click({ timeout: 30_000 });
  await cell.getByLabel("Find in this log").fill("needle");
  const count = cell.locator("search").getByRole("status");
  await expect.poll(() => count.textContent()).toMatch(/in all/);
  await cell.getByLabel("Follow").check();
  const view = cell.getByRole("group", { name: "Lines of Standard output" });
  await view.getByText("all grown", { exact: true }).waitFor({ timeout: 30_000 });
  await expect.poll(() => count.textContent(), { timeout: 15_000 }).toMatch(/, 8 in all$/);
}, 60_000);

test("the search over the notebook counts what is in long logs, and goes there", async () => {
  await page.keyboard.press("Control+f");
  await page.getByLabel("Find in the notebook").fill("loss=441");
  await page.getByRole("button", { name: /1,024 in long outputs/ }).click();
  const cell = page.locator('[data-cell="log"]');
  await expect.poll(() => cell.getByLabel("Find in this log").inputValue()).toBe("loss=441");
  await cell.getByText("step 441 loss=441", { exact: true }).waitFor();
  await cell.getByLabel("Close the log").click();
  await page.getByLabel("Close the search").click();
}, 30_000);

test("a stream that is only a little too long is as any other", async () => {
  await run("small");
  const cell = page.locator('[data-cell="small"]');
  await cell.getByText(/^small 299 x+$/).waitFor({ timeout: 30_000 });
  await cell.getByRole("button", { name: "270 more lines" }).click();
  await cell.getByText(/^small 150 x+$/).waitFor();
});

test("images come from the store; of a chart redrawn faster than it loads the newest is shown", async () => {
  await run("image");
  const image = page.locator('[data-cell="image"] img');
  await expect
    .poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth), { timeout: 30_000 })
    .toBe(60);
  expect(await image.getAttribute("src")).toMatch(
    /^\/api\/notebooks\/[^/]+\/outputs\/out_\w+\/data\?mime=image%2Fpng&seq=\d+$/,
  );
  await run("redraw");
  await expect
    .poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth), { timeout: 30_000 })
    .toBe(100);
});

test("a big table is shown whole", async () => {
  await run("table");
  await page
    .locator('[data-cell="table"]')
    .getByText("row 199", { exact: true })
    .waitFor({ timeout: 30_000 });
});

test("what would bring the page to a halt is shown when somebody wants it", async () => {
  await run("huge");
  const cell = page.locator('[data-cell="huge"]');
  await cell.getByRole("button", { name: "Show all of it (6.0 MB)" }).click({ timeout: 30_000 });
  await cell.getByText("all of it", { exact: true }).waitFor();
  expect(opened.errors).toEqual([]);
});
