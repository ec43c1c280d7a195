/** People talk about cells and outputs in the margin; on a phone, in a sheet. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { CommentsClient } from "../../src/client/comments-client.ts";
import { createToken } from "../../src/people/token.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { CellId, randomToken } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { look } from "./looking.ts";

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "nb.ipynb": notebookOf([
      codeCell("one", "lr = 0.1\nepochs = 10", "parameters"),
      markdownCell("text", "# Title"),
      {
        ...codeCell("two", "print(loss)"),
        outputs: [{ output_type: "stream", name: "stdout", text: "0.25\n" }],
      },
      codeCell("three", "plot(loss)"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** Somebody with a link to look on. */
function guest(name: string): { readonly token: string; readonly comments: CommentsClient } {
  const token = createToken();
  const rights = { view: true, edit: false, execute: false };
  shareStore(served.stateFolder).add(
    {
      ...{ id: createShareId(), who: name.toLowerCase(), name, rights, createdAtMs: 0, expiresAtMs: null },
      scope: { type: "folder", path: served.folder },
    },
    token,
  );
  const [session] = served.host.notebooks();
  const api = new ApiClient({ baseUrl: served.server.url, token });
  return { token, comments: new CommentsClient(api, session?.id ?? "") };
}

test("a cell is commented on by keys, answered by another, who is told of by name; resolved, opened, edited, deleted", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  const ben = guest("Ben");
  const mine = () => page.getByRole("article");
  await page.locator('[data-cell="two"]').focus();
  await page.keyboard.press("Shift+C");
  const field = page.getByLabel("Comment on cell 3");
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  await look(page, "empty");
  await page.keyboard.type("Is `loss` the mean? See https://example.org/loss.");
  await page.keyboard.press("Control+Enter");
  await mine().getByText("Is loss the mean?").waitFor();
  await page.getByRole("button", { name: "1 thread of comments" }).waitFor();
  const [thread] = (await ben.comments.list()).threads;
  if (!thread) throw new Error("no thread");
  // Ben, who may only look, answers and names whoever asked.
  const owner = (await ben.comments.list()).people.find(({ who }) => who === "local");
  const handle = owner?.displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-") ?? "";
  await ben.comments.add({
    id: randomToken(12),
    thread: thread.id,
    text: `Yes, @${handle}: over the batch.`,
  });
  await page.getByRole("tab", { name: /Comments.*1 cell names you/ }).waitFor();
  await mine().getByText(": over the batch.").waitFor();
  await page.getByRole("button", { name: /^For me/ }).click();
  expect(await mine().count()).toBe(1);
  // The name of who is here is offered after an @, and taken by Enter.
  await mine().getByLabel("Answer").fill("Thanks @b");
  await mine().getByLabel("Answer").press("Enter");
  await expect.poll(() => mine().getByLabel("Answer").inputValue()).toBe("Thanks @ben ");
  await look(page, "thread");
  expect(await axeFindings(page)).toEqual([]);
  await mine().getByLabel("Answer").press("Control+Enter");
  // Answered: nobody waits for me any more.
  await page.getByText("Nobody asks for you.").waitFor();
  await page.getByRole("button", { name: /^Open 1/ }).click();
  const last = mine().getByRole("listitem").last();
  await last.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByLabel("Edit the comment").fill("Thank you @ben");
  await page.getByLabel("Edit the comment").press("Control+Enter");
  await last.getByText(", edited").waitFor();
  await last.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await last.getByRole("button", { name: "Delete it" }).click();
  await mine().getByText("deleted a comment.").waitFor();
  await mine().getByRole("button", { name: "Resolve" }).click();
  await page.getByText("Nobody has said anything yet.").waitFor();
  await page.getByRole("button", { name: /^Resolved 1/ }).click();
  await mine().getByRole("button", { name: "Open again" }).click();
  await page.getByRole("button", { name: /^Open 1/ }).click();
  await mine().getByText("over the batch.").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("a comment on an output leads to it; a thread outlives its cell, and says so; without a connection what is written stays", async () => {
  const { page, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  await page.locator('[data-cell="two"]').focus();
  await page.keyboard.press("Shift+C");
  await page.getByLabel("About").selectOption({ label: "output 1" });
  await page.getByLabel("Comment on output 1 of cell 3").fill("Too good to be true");
  await page
    .getByRole("button", { name: /^Comment Ctrl/ })
    .or(page.locator("form button[type=submit]"))
    .first()
    .click();
  const card = page.getByRole("article", { name: "Comments on cell 3, output 1" });
  await card.getByText("Too good to be true").waitFor();
  await card.getByRole("button", { name: "Cell 3, output 1" }).click();
  await expect.poll(() => page.evaluate("document.activeElement?.dataset.cell")).toBe("two");
  const [session] = served.host.notebooks();
  session?.live.apply(
    { type: "move-cell", id: CellId.of("two"), after: null },
    { type: "person", label: "test" },
  );
  await page.getByRole("article", { name: "Comments on cell 1, output 1" }).waitFor();
  session?.live.apply({ type: "delete-cell", id: CellId.of("two") }, { type: "person", label: "test" });
  await page.getByRole("heading", { name: "On cells that are gone" }).waitFor();
  const orphan = page.getByRole("article", { name: "Comments on a cell that is gone" });
  await orphan.getByText("Too good to be true").waitFor();
  await look(page, "gone");
  await served.stopServer();
  await page.getByText("What was said until now is here").waitFor({ timeout: 20_000 });
  await orphan.last().getByLabel("Answer").fill("I keep this");
  await page.getByText("No connection: it can be sent when it is back.").waitFor();
  await look(page, "offline");
  expect(await axeFindings(page)).toEqual([]);
  await served.startServerAgain();
  await page.getByText("What was said until now is here").waitFor({ state: "detached", timeout: 30_000 });
  await orphan.last().getByLabel("Answer").press("Control+Enter");
  await orphan.getByRole("paragraph").filter({ hasText: "I keep this" }).waitFor();
  await context.close();
});

test("on a phone comments are a sheet, and who may only look on comments as well", async () => {
  const { token } = guest("Dee");
  const context = await browser.newContext({ viewport: { width: 400, height: 800 }, hasTouch: true });
  const page = await context.newPage();
  await page.goto(served.server.addressOf("nb.ipynb").replace(/token=.*/, `token=${token}`));
  await page
    .locator('[data-cell="three"]')
    .first()
    .click({ position: { x: 60, y: 10 } });
  await page.getByRole("toolbar", { name: "Cell" }).getByRole("button", { name: "Comment" }).click();
  const field = page.getByLabel(/^Comment on cell/);
  await field.fill("From the train");
  await page.locator("form button[type=submit]").first().click();
  await page.getByRole("article").getByText("From the train").waitFor();
  const sheet = await page.getByRole("complementary").boundingBox();
  expect(sheet?.width).toBeGreaterThanOrEqual(340);
  // It closes by its sign, and by Esc.
  await page.getByRole("button", { name: "Close the panel" }).click();
  await page.getByRole("complementary").waitFor({ state: "hidden" });
  await page
    .getByRole("button", { name: /thread of comments/ })
    .last()
    .click();
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "hidden" });
  await context.close();
});
