/** What the mouse does in an editor, and that code looks the same read and edited. Keys are in keys.test.ts. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId } from "../../src/util/ids.ts";
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
const CODE = "if True:\n    for n in range(3):\n        print(n)\n";

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "mouse.ipynb": notebookOf([codeCell("one", "abc\nabc\nabc"), codeCell("two", CODE)]),
    "look.ipynb": notebookOf([codeCell("one", CODE)]),
    "julia.ipynb": notebookOf([codeCell("one", 'function f(x)\n  "text" # why\nend')], {
      kernelspec: { name: "julia", display_name: "Julia", language: "julia" },
      language_info: { name: "julia" },
    }),
    "format.ipynb": notebookOf([
      codeCell("one", "x=1\ny  = 2"),
      codeCell("two", "if x\n  y"),
      codeCell("three", "z=[1,2]"),
    ]),
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
const sourceOf = (session: NotebookSession, id: string) => session.live.cell(CellId.of(id))?.source;
async function edit(page: Page, id: string): Promise<void> {
  await page.locator(`[data-cell="${id}"]`).focus();
  await page.keyboard.press("Enter");
  await page.locator(`[data-cell="${id}"] .cm-content`).waitFor();
}
async function pointAt(page: Page, line: number, column: number): Promise<{ x: number; y: number }> {
  const box = await page.locator(".cm-line").nth(line).boundingBox();
  const width = await page.evaluate(() => {
    const probe = document.createElement("span");
    probe.textContent = "x".repeat(100);
    document.querySelector(".cm-line")?.append(probe);
    const { width: all } = probe.getBoundingClientRect();
    probe.remove();
    return all / 100;
  });
  if (!box) throw new Error("no such line");
  return { x: box.x + width * column, y: box.y + box.height / 2 };
}

test("Ctrl and a click make another cursor, Alt and a drag a rectangle", async () => {
  const { page, context, errors } = await openPage(browser, served, "mouse.ipynb");
  const session = sessionOf("mouse.ipynb");
  await edit(page, "one");
  const [first, second] = [await pointAt(page, 0, 1), await pointAt(page, 2, 2)];
  await page.mouse.click(first.x, first.y);
  await page.keyboard.down("Control");
  await page.mouse.click(second.x, second.y);
  await page.keyboard.up("Control");
  await page.keyboard.type("-");
  await expect.poll(() => sourceOf(session, "one")).toBe("a-bc\nabc\nab-c");
  await page.keyboard.press("Control+z");
  await expect.poll(() => sourceOf(session, "one")).toBe("abc\nabc\nabc");
  const [from, to] = [await pointAt(page, 0, 1), await pointAt(page, 2, 2)];
  await page.keyboard.down("Alt");
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Alt");
  await page.keyboard.type("X");
  await expect.poll(() => sourceOf(session, "one")).toBe("aXc\naXc\naXc");
  expect(errors).toEqual([]);
  await context.close();
});

test("lines stand where they stood when an editor opens, also with line numbers", async () => {
  const { page, context } = await openPage(browser, served, "look.ipynb");
  for (const numbers of [false, true]) {
    await page.locator('[data-cell="one"]').focus();
    if (numbers) await page.keyboard.press("l");
    const place = async (selector: string) => {
      const code = page.locator(selector).first();
      await code.waitFor();
      return code.evaluate((element) => {
        const text = document.createTreeWalker(element, 4).nextNode();
        const range = document.createRange();
        if (text) range.selectNodeContents(text);
        const { x, y } = range.getBoundingClientRect();
        return [Math.round(x), Math.round(y)];
      });
    };
    const read = await place('[data-cell="one"] pre > div');
    await page.keyboard.press("Enter");
    const edited = await place('[data-cell="one"] .cm-line');
    expect(Math.abs((read[0] ?? 0) - (edited[0] ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs((read[1] ?? 0) - (edited[1] ?? 0))).toBeLessThanOrEqual(1);
    await page.keyboard.press("Escape");
    await page.locator(".cm-content").waitFor({ state: "detached" });
  }
  await context.close();
});

test("a language without a grammar has its colours in the editor, too", async () => {
  const { page, context } = await openPage(browser, served, "julia.ipynb");
  await edit(page, "one");
  await page.locator(".cm-line .tok-keyword >> text=function").waitFor();
  await page.locator(".cm-line .tok-comment >> text=# why").waitFor();
  await context.close();
});

test("formatting: one step of undo, in an editor its own; a syntax error is told; what changed meanwhile stays", async () => {
  const { page, context } = await openPage(browser, served, "format.ipynb");
  const session = sessionOf("format.ipynb");
  await session.startKernel();
  await edit(page, "one");
  await page.keyboard.press("Alt+Shift+F");
  await expect.poll(() => sourceOf(session, "one")).toBe("x = 1\ny = 2");
  await page.keyboard.press("Control+z");
  await expect.poll(() => sourceOf(session, "one")).toBe("x=1\ny  = 2");
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+a");
  await page.keyboard.press("Alt+Shift+F");
  await page.getByText(/2 cells formatted with .* Cell 2, line 1: /).waitFor();
  await expect
    .poll(() => [sourceOf(session, "one"), sourceOf(session, "three")])
    .toEqual(["x = 1\ny = 2", "z = [1, 2]"]);
  await page.keyboard.press("z");
  await expect
    .poll(() => [sourceOf(session, "one"), sourceOf(session, "three")])
    .toEqual(["x=1\ny  = 2", "z=[1,2]"]);

  // Somebody writes while the formatter is at work.
  await page.route("**/format", async (route) => {
    const response = await route.fetch();
    session.live.apply(
      { type: "set-source", id: CellId.of("three"), source: "z=[1,2,3]" },
      { type: "person", label: "test" },
    );
    await page.locator('[data-cell="three"] >> text=z=[1,2,3]').waitFor();
    await route.fulfill({ response });
  });
  await page.locator('[data-cell="three"]').focus();
  await page.keyboard.press("Alt+Shift+F");
  await page.getByText("1 was changed meanwhile and left as they are.").waitFor();
  expect(sourceOf(session, "three")).toBe("z=[1,2,3]");
  await context.close();
});
