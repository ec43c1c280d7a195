/** The notebook beside what it was: git's last commit, the last run's end; source, text outputs and images. */
import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cell } from "../../src/nbformat/notebook.ts";
import { originOf } from "../../src/usecases/edit-origin.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
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

const svg = (colour: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="120" height="60" fill="${colour}"/></svg>`;
const picture = (colour: string): Cell => ({
  ...codeCell("pic", "draw()"),
  outputs: [
    {
      output_type: "display_data",
      metadata: {},
      data: { "image/svg+xml": svg(colour), "text/plain": "<Figure>" },
    },
  ],
});
const printed = (text: string): Cell => ({
  ...codeCell("out", "print(loss)"),
  outputs: [{ output_type: "stream", name: "stdout", text }],
});

function git(...args: string[]): void {
  const me = ["-c", "user.name=Ana Mora", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...me, ...args], { cwd: served.folder, stdio: "ignore" });
}

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "nb.ipynb": notebookOf([codeCell("p", "lr = 0.1", "parameters"), printed("loss 0.5\n"), picture("red")]),
    "run.ipynb": notebookOf([codeCell("a", "print('first')")]),
    "new.ipynb": notebookOf([codeCell("a", "x")]),
  });
  git("init", "-q");
  git("add", "nb.ipynb");
  git("commit", "-qm", "Baseline");
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function history(page: Awaited<ReturnType<typeof openPage>>["page"]) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "History…" }).click();
  return page.getByRole("dialog");
}

test("with git's last commit: source, printed text, and images side by side; one cell is restored from there", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  const session = served.host.notebooks().find(({ path }) => path?.endsWith("/nb.ipynb"));
  if (!session) throw new Error("not open");
  const bo = originOf({ kind: "person", who: "bo", using: "browser", displayName: "Bo" });
  session.live.apply({ type: "set-source", id: CellId.of("p"), source: "lr = 0.02" }, bo);
  session.live.write(
    [
      { type: "clear-outputs", id: CellId.of("out") },
      { type: "append-output", id: CellId.of("out"), output: printedOutput("loss 0.2\n") },
      { type: "clear-outputs", id: CellId.of("pic") },
      { type: "append-output", id: CellId.of("pic"), output: pictureOutput("blue") },
    ],
    bo,
  );
  const dialog = await history(page);
  await dialog.getByRole("button", { name: /^git [0-9a-f]{8}: Baseline/ }).click();
  await dialog.getByRole("heading", { name: /^git [0-9a-f]{8}: Baseline/ }).waitFor();
  await dialog.getByText("1 cell differs.").waitFor();
  await dialog.getByLabel("with outputs").check();
  await dialog.getByText("3 cells differ.").waitFor();
  await dialog.getByText("loss 0.5").first().waitFor();
  await dialog.getByText("loss 0.2").first().waitFor();
  const [before, after] = [dialog.getByAltText("Output before"), dialog.getByAltText("Output after")];
  expect(decodeURIComponent((await before.getAttribute("src")) ?? "")).toContain("red");
  expect(decodeURIComponent((await after.getAttribute("src")) ?? "")).toContain("blue");
  await look(page, "compare-git");
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByLabel("with outputs").uncheck();
  await dialog.getByRole("button", { name: "Restore this cell" }).click();
  await dialog.getByText(/No cell differs|Nothing differs/).waitFor();
  expect(session.live.cell(CellId.of("p"))?.source).toBe("lr = 0.1");
  expect(errors).toEqual([]);
  await context.close();
});

test("what git does not have is said calmly; the last run's end is one press away, with its outputs", async () => {
  const { page, context } = await openPage(browser, served, "run.ipynb", { bypassCSP: true });
  const session = served.host.notebooks().find(({ path }) => path?.endsWith("/run.ipynb"));
  if (!session) throw new Error("not open");
  const run = await served.host.startRun({
    ...{
      runId: RunId.create(),
      input: { notebookId: session.id },
      output: { type: "in-place" },
      options: {},
    },
    by: { kind: "person", who: "ben", using: "cli", displayName: "Ben" },
  });
  await run.ended;
  const bo = originOf({ kind: "person", who: "bo", using: "browser", displayName: "Bo" });
  session.live.apply({ type: "set-source", id: CellId.of("a"), source: "print('second')" }, bo);
  session.live.write([{ type: "clear-outputs", id: CellId.of("a") }], bo);
  const dialog = await history(page);
  await dialog
    .getByText("Git’s last commit does not have this notebook yet.")
    .or(dialog.getByText(/last commit does not have this notebook yet/))
    .first()
    .waitFor();
  await dialog.getByRole("button", { name: "The last run’s end" }).click();
  await dialog.getByText("print('second')").first().waitFor();
  await dialog
    .locator("td", { hasText: /^.?first$/ })
    .or(dialog.getByText("first", { exact: true }))
    .first()
    .waitFor();
  await look(page, "compare-run");
  await context.close();
});

function printedOutput(text: string) {
  return { output_type: "stream", name: "stdout", text } as const;
}

function pictureOutput(colour: string) {
  return {
    output_type: "display_data",
    metadata: {},
    data: { "image/svg+xml": svg(colour), "text/plain": "<Figure>" },
  } as const;
}
