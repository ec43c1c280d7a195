/** 400 % zoom (320 CSS pixels), forced colours, no motion, and what a screen reader is told. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CellId } from "../../src/util/ids.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "zoom.ipynb": notebookOf([
      markdownCell(
        "title",
        "# A title with averyverylongwordthatdoesnotfitintoanarrowpageatall\n\n| a | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n\n$\\sum_{i=0}^{n} i^2 = \\frac{(n^2+n)(2n+1)}{6}$",
      ),
      codeCell("p", "learning_rate: float = 0.1  # 0.0001 … 1, how quickly it learns", "parameters"),
      codeCell("o", "print('a long line of output ' * 20)\nprint('x' * 400)"),
      markdownCell("s", "## Second"),
      codeCell("h", "'done'", "hold"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** Of 1,280 × 1,024 pixels at 400 %. */
const ZOOMED = { viewport: { width: 320, height: 256 } };

/** What sticks out of the page sideways and cannot be scrolled to, by what it is. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    if (document.documentElement.scrollWidth > window.innerWidth)
      cut.push(`the page: ${document.documentElement.scrollWidth} px`);
    const scrolls = (element: Element | null): boolean => {
      for (let at = element; at; at = at.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(at);
        if (/auto|scroll/.test(overflowX) || clipPath !== "none") return true;
      }
      return false;
    };
    for (const element of document.querySelectorAll<HTMLElement>(
      "button, a, input, select, textarea, label, h1, h2, p, li, legend",
    )) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        continue;
      if (box.right > window.innerWidth + 1 || box.left < -1)
        if (!scrolls(element))
          cut.push(
            `${element.tagName} ${element.textContent?.slice(0, 40)} ${Math.round(box.left)}–${Math.round(box.right)}`,
          );
    }
    return cut;
  });
}

test("at 400 % nothing is cut and nothing scrolls sideways, whatever is open", async () => {
  const folder = await openPage(browser, served, null, ZOOMED);
  expect(await cutOff(folder.page)).toEqual([]);
  await folder.context.close();

  const { page, context, errors } = await openPage(browser, served, "zoom.ipynb", ZOOMED);
  await page.waitForSelector(".katex");
  expect(await cutOff(page)).toEqual([]);
  await page.locator('[data-cell="p"]').focus();
  await page.keyboard.press("Control+h");
  await page.getByLabel("Find in the notebook").fill("l");
  await page.getByText(/will change/).waitFor();
  expect(await cutOff(page)).toEqual([]);
  await page.keyboard.press("Escape");
  for (const [keys, name] of [
    ["/", "dialog"],
    ["Control+Shift+C", "dialog"],
    ["?", "dialog"],
    ["Control+Shift+K", "navigation"],
  ] as const) {
    await page.keyboard.press(keys);
    await page.getByRole(name).first().waitFor();
    expect({ keys, cut: await cutOff(page) }).toEqual({ keys, cut: [] });
    await page.keyboard.press("Escape");
    await page.getByRole(name).first().waitFor({ state: "detached" });
  }
  await page.locator('[data-cell="p"]').focus();
  await page.keyboard.press("Shift+W");
  await page.getByRole("button", { name: /^Work in it/ }).waitFor();
  expect(await cutOff(page)).toEqual([]);
  await page.keyboard.press("Shift+W");
  await page.getByRole("button", { name: /^Work in it/ }).waitFor({ state: "detached" });
  // The focus is not covered by what sticks to the edges.
  await page.locator('[data-cell="o"]').focus();
  await page.keyboard.press("j");
  const top = () => page.locator('[data-cell="s"]').evaluate((cell) => cell.getBoundingClientRect().top);
  await expect.poll(top).toBeGreaterThan(20);
  await expect.poll(top).toBeLessThan(240);
  expect(errors).toEqual([]);
  await context.close();
});

test("where the system chooses the colours, selection, states and switches keep a shape", async () => {
  const { page, context } = await openPage(browser, served, "zoom.ipynb", { forcedColors: "active" });
  const cell = page.locator('[data-cell="o"]');
  await cell.focus();
  const style = (selector: string, property: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
  expect(await style('[data-cell="o"]', "outline-style")).toBe("solid");
  expect(await style('[data-cell="title"]', "outline-style")).toBe("none");
  await page.keyboard.press("Control+f");
  await page.getByRole("button", { name: "Whole words" }).click();
  const pressed = await style('search [aria-pressed="true"]', "background-color");
  expect(pressed).not.toBe(await style('search [aria-pressed="false"]', "background-color"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+K");
  await expect.poll(() => page.locator("nav [aria-current]").count()).toBe(1);
  expect(await style("nav [aria-current]", "border-left-style")).toBe("solid");
  await context.close();
});

test("who wants no motion gets none, also where a link lands and while a cell runs", async () => {
  const { page, context } = await openPage(browser, served, "zoom.ipynb", { reducedMotion: "reduce" });
  const moving = () =>
    page.evaluate(
      () => document.getAnimations().filter((animation) => animation.playState === "running").length,
    );
  await page.evaluate("location.hash = '#cell=s'");
  await page.waitForSelector('[data-cell="s"][data-landed]');
  expect(await moving()).toBe(0);
  // It is marked all the same.
  const shadow = await page
    .locator('[data-cell="s"] > div')
    .nth(1)
    .evaluate((body) => getComputedStyle(body).boxShadow);
  expect(shadow).not.toBe("none");
  await page.keyboard.press("Control+Shift+K");
  await page.getByRole("navigation", { name: "Contents" }).waitFor();
  expect(await moving()).toBe(0);
  await context.close();
});

test("cells are named groups, the run's state is announced, and lines of a log are not", async () => {
  const { page, context, errors } = await openPage(browser, served, "zoom.ipynb");
  await page.getByRole("group", { name: "Markdown cell 1 of 5" }).waitFor();
  await page.getByRole("group", { name: "Code cell 3 of 5" }).waitFor();
  const status = page.locator('[role="status"][aria-live="polite"]');
  const said: string[] = [];
  await page.exposeFunction("tell", (text: string) => said.push(text));
  await page.evaluate(() => {
    const tell = (window as unknown as { tell: (text: string) => void }).tell;
    const live =
      '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"], [role="log"]';
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest(live);
        if (region) tell(region.textContent ?? "");
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: /Approve/ }).waitFor({ timeout: 60_000 });
  await expect.poll(() => status.textContent(), { timeout: 20_000 }).toMatch(/^Run (?:waits|held|needs)/i);
  await page.getByRole("group", { name: /^Code cell 5 of 5, the run waits before it/ }).waitFor();
  expect(said.filter((text) => text.includes("a long line of output"))).toEqual([]);
  expect(said.length).toBeGreaterThan(0);
  // An output is found as part of its cell, and is no live region.
  const output = page.locator('[data-cell="o"] [data-found-in="outputs"]');
  await output.getByText("a long line of output").first().waitFor();
  expect(
    await output.evaluate((element) => element.closest("[aria-live], [role=log], [role=status]") === null),
  ).toBe(true);
  await page.keyboard.press("Shift+R");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => served.host.notebooks()[0]?.live.cell("h" as CellId)?.executionState).toBe("idle");
  expect(errors).toEqual([]);
  await context.close();
});
