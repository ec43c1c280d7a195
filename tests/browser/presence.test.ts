/** Who is here: where they are, and scrolling along with them. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { look } from "./looking.ts";

let browser: Browser;
let served: ServedFolder;
const SOON = { timeout: 30_000 };

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "nb.ipynb": notebookOf(
      Array.from({ length: 40 }, (_, n) => codeCell(`c${n}`, `x${n} = 1\n\n\n\n\n\n\n# ${n}`)),
    ),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("a press goes to somebody's cell; followed, one scrolls along until one scrolls oneself", async () => {
  const ana = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  const ben = await openPage(browser, served, "nb.ipynb");
  const bar = ana.page.getByRole("list", { name: "Here now" });
  await ben.page.locator('[data-cell="c2"]').click({ position: { x: 80, y: 20 } });
  const mark = bar.getByRole("button", { name: /(reads|writes) in cell 3$/ });
  await mark.waitFor(SOON);
  await mark.click();
  await expect
    .poll(() => ana.page.evaluate("document.activeElement?.closest('[data-cell]')?.dataset.cell"), SOON)
    .toBe("c2");
  await ana.page.getByRole("button", { name: "Who is here" }).click();
  await look(ana.page, "who-is-here");
  await ana.page.getByRole("menuitemradio", { name: /^Follow/ }).click();
  await ana.page.getByText(/^You follow /).waitFor(SOON);
  const topOf = (n: number) =>
    ana.page
      .locator(`[data-cell="c${n}"]`)
      .evaluate((cell) => {
        const box = cell.getBoundingClientRect();
        return box.bottom > 0 && box.top < window.innerHeight;
      })
      .catch(() => false);
  await ben.page.mouse.move(400, 400);
  await ben.page.mouse.wheel(0, 3500);
  const seen = () =>
    ben.page.evaluate(() => {
      const cells = [...document.querySelectorAll<HTMLElement>("[data-cell]")];
      return Number(cells.find((cell) => cell.getBoundingClientRect().bottom > 80)?.dataset.cell?.slice(1));
    });
  await expect.poll(seen, SOON).toBeGreaterThan(10);
  await expect.poll(async () => topOf(await seen()), SOON).toBe(true);
  await look(ana.page, "following");
  expect(await axeFindings(ana.page)).toEqual([]);
  // One scrolls oneself: said plainly, and it stays so.
  await ana.page.mouse.move(400, 400);
  await ana.page.mouse.wheel(0, -200);
  await ana.page.getByText(/^You follow /).waitFor({ ...SOON, state: "detached" });
  // Whoever is followed and leaves is not followed any more.
  await ana.page.getByRole("button", { name: "Who is here" }).click();
  await ana.page.getByRole("menuitemradio", { name: /^Follow/ }).click();
  await ana.page.getByText(/^You follow /).waitFor(SOON);
  await ben.context.close();
  await ana.page.getByText("Whom you followed has left.").waitFor(SOON);
  expect(ana.errors).toEqual([]);
  await ana.context.close();
});
