/** Cells moved by mouse and by touch, by the place beside them. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;
const LONG = Array.from({ length: 40 }, (_, index) => codeCell(`l${index}`, `${index}\n\n\n`));

beforeAll(async () => {
  browser = await openBrowser();
  const cells = ["a", "b", "c", "d", "e"].map((id) => codeCell(id, id));
  served = await serveNotebooks({
    "mouse.ipynb": notebookOf(cells),
    "touch.ipynb": notebookOf(cells),
    "long.ipynb": notebookOf(LONG),
    "gone.ipynb": notebookOf(LONG),
  });
});
afterAll(async () => {
  await served.close();
  await browser.close();
});
const sessionOf = (name: string): NotebookSession => {
  const session = served.host.notebooks().find(({ path }) => path?.endsWith(name));
  if (!session) throw new Error(`${name} is not open`);
  return session;
};
const order = (session: NotebookSession): string => session.live.cellIds().join(" ");

async function gripOf(page: Page, id: string): Promise<{ x: number; y: number; bottom: number }> {
  const box = await page.locator(`[data-cell="${id}"] [data-grip]`).boundingBox();
  if (!box) throw new Error(`${id} is not drawn`);
  return { x: box.x + box.width / 2, y: box.y + 12, bottom: box.y + box.height };
}

test("one cell and several are dragged; a line shows where to; Esc leaves them; undo is one step", async () => {
  const { page, context, errors } = await openPage(browser, served, "mouse.ipynb");
  const session = sessionOf("mouse.ipynb");
  const line = page.locator('[class*="line"][aria-hidden="true"]');
  const drag = async (from: string, to: string): Promise<void> => {
    const grip = await gripOf(page, from);
    const target = await gripOf(page, to);
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move(grip.x, grip.y + 8);
    await page.mouse.move(target.x, target.bottom - 2, { steps: 4 });
    await line.waitFor();
    await page.locator("[data-dragged]").first().waitFor();
  };

  await drag("a", "c");
  await page.mouse.up();
  await expect.poll(() => order(session), { timeout: 10_000 }).toBe("b c a d e");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("a");
  expect(await line.count()).toBe(0);
  await page.keyboard.press("z");
  await expect.poll(() => order(session), { timeout: 10_000 }).toBe("a b c d e");

  // Two that do not lie side by side, taken by one of them.
  await page.locator('[data-cell="b"] [data-grip]').click();
  await page.locator('[data-cell="d"] [data-grip]').click({ modifiers: ["Control"] });
  expect(await page.locator('[data-cell][class*="selected"]').count()).toBe(2);
  await drag("b", "e");
  await page.getByText("2 cells", { exact: true }).waitFor();
  await page.mouse.up();
  await expect.poll(() => order(session), { timeout: 10_000 }).toBe("a c e b d");
  expect(await page.locator('[data-cell][class*="selected"]').count()).toBe(2);
  await page.keyboard.press("z");
  await expect.poll(() => order(session), { timeout: 10_000 }).toBe("a b c d e");

  await drag("e", "a");
  await page.keyboard.press("Escape");
  await line.waitFor({ state: "detached" });
  await page.mouse.up();
  expect(order(session)).toBe("a b c d e");

  // A press that does not move selects.
  await page.locator('[data-cell="c"] [data-grip]').click();
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("c");
  expect(await page.locator('[data-cell][class*="selected"]').count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

test("the page scrolls when a drag comes to its edge", async () => {
  const { page, context } = await openPage(browser, served, "long.ipynb");
  const session = sessionOf("long.ipynb");
  const grip = await gripOf(page, "l0");
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  await page.mouse.move(grip.x, 880, { steps: 5 });
  await expect.poll(() => page.evaluate<number>("window.scrollY"), { timeout: 20_000 }).toBeGreaterThan(900);
  await page.mouse.move(grip.x, 500);
  await page.mouse.up();
  await expect.poll(() => session.live.cellIds().indexOf("l0" as never)).toBeGreaterThanOrEqual(5);
  await context.close();
});

/** A finger on the page. What it does at which moment is said with it, however busy the machine is. */
async function fingerOn(page: Page, context: BrowserContext) {
  const cdp = await context.newCDPSession(page);
  return async (
    type: "touchStart" | "touchMove" | "touchEnd",
    atMs: number,
    point?: { readonly x: number; readonly y: number },
  ): Promise<void> => {
    await cdp.send("Input.dispatchTouchEvent", {
      type,
      timestamp: atMs / 1000,
      touchPoints: point === undefined ? [] : [{ x: point.x, y: point.y }],
    });
  };
}

const PHONE: BrowserContextOptions = {
  viewport: { width: 400, height: 800 },
  hasTouch: true,
  isMobile: true,
};
const dragged = (page: Page) => page.locator('[data-dragged], [class*="badge"][aria-hidden="true"]');

test("a finger that holds takes the cell, one that moves at once scrolls", async () => {
  const { page, context } = await openPage(browser, served, "touch.ipynb", PHONE);
  const session = sessionOf("touch.ipynb");
  const finger = await fingerOn(page, context);
  const grip = await gripOf(page, "a");
  const target = await gripOf(page, "b");

  // The page is so busy that the time of a hold is over before it hears of the move.
  const start = Date.now();
  await finger("touchStart", start, grip);
  await page.getByText("1 cell", { exact: true }).waitFor();
  await finger("touchMove", start + 20, { x: grip.x, y: grip.y - 60 });
  await dragged(page).first().waitFor({ state: "detached" });
  await finger("touchEnd", start + 40);
  expect(order(session)).toBe("a b c d e");
  expect(await dragged(page).count()).toBe(0);

  const again = await gripOf(page, "a");
  const then = Date.now();
  await finger("touchStart", then, again);
  await page.getByText("1 cell", { exact: true }).waitFor();
  for (const [index, step] of [0.3, 0.6, 1].entries())
    await finger("touchMove", then + 600 + index * 50, {
      x: again.x,
      y: again.y + (target.bottom - 2 - grip.y) * step,
    });
  await page.locator('[class*="line"][aria-hidden="true"]').waitFor();
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await finger("touchEnd", then + 900);
  await expect.poll(() => order(session), { timeout: 10_000 }).toBe("b a c d e");
  expect(await dragged(page).count()).toBe(0);
  await context.close();
});

test("a finger that has gone before the page can drag leaves nothing behind", async () => {
  const { page, context } = await openPage(browser, served, null, PHONE);
  let letThrough: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    letThrough = done;
  });
  await page.route(/drag-cells-[^/]*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(served.server.addressOf("gone.ipynb"));
  await page.waitForSelector("[data-cell]");
  const finger = await fingerOn(page, context);
  const grip = await gripOf(page, "l2");
  const start = Date.now();
  await finger("touchStart", start, grip);
  await finger("touchMove", start + 20, { x: grip.x, y: grip.y - 60 });
  await finger("touchMove", start + 40, { x: grip.x, y: grip.y - 120 });
  // It rests before it goes, so that the page does not roll on.
  await finger("touchEnd", start + 640);
  const arrived = page.waitForResponse(/drag-cells-[^/]*\.js/);
  letThrough();
  await arrived;
  // The next finger takes its cell, and that is the only one that is taken.
  let next = await gripOf(page, "l3");
  await expect
    .poll(async () => {
      const before = next.y;
      next = await gripOf(page, "l3");
      return next.y - before;
    })
    .toBe(0);
  const then = Date.now();
  await finger("touchStart", then, next);
  await page.getByText("1 cell", { exact: true }).waitFor();
  await finger("touchEnd", then + 600);
  await dragged(page).first().waitFor({ state: "detached" });
  await context.close();
});
