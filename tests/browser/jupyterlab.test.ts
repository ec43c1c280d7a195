/** Stock JupyterLab beside Loopbook's own page, on one live notebook. */
import { join } from "node:path";
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

/** A cold start of JupyterLab on a busy machine. */
const START = { timeout: 60_000 };

const WAIT = { timeout: 15_000 };

/** A chart that is redrawn in place, between lines. */
const CHART = `from IPython.display import HTML, display
chart = display(HTML("<b>loss 9</b>"), display_id=True)
for step in range(1, 6):
    time.sleep(0.15)
    chart.update(HTML(f"<b>loss {9 - step}</b>"))
    print("step", step)`;

const STEPS = [1, 2, 3, 4, 5].map((step) => `step ${step}\n`).join("");

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  [browser, served] = await Promise.all([
    openBrowser(),
    serveNotebooks(
      {
        "train.ipynb": notebookOf([
          markdownCell("title", "# Training"),
          codeCell("lr", "lr = 0.1"),
          codeCell(
            "train",
            "import time\nfor epoch in range(3):\n    print('epoch', epoch, lr)\n    time.sleep(0.4)",
          ),
          codeCell("own", "6 * 7"),
          codeCell("chart", CHART),
        ]),
      },
      { withJupyterLab: true },
    ),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const live = () => served.host.notebooks()[0]?.live;
const source = (id: string) => live()?.cell(id as CellId)?.source;

async function openLab(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const page = await context.newPage();
  const { url, token } = served.server;
  await page.goto(`${url}/lab/tree/${path}?token=${token}`);
  await page.waitForSelector(".jp-Notebook .jp-Cell", START);
  return page;
}

const labCell = (lab: Page, index: number) => lab.locator(".jp-Notebook .jp-Cell").nth(index);

test("people in both see each other, each other's edits, and what runs", async () => {
  const before = (await served.host.openNotebook(join(served.folder, "train.ipynb"))).live.toNotebook();
  const [{ page, errors }, lab] = await Promise.all([
    openPage(browser, served, "train.ipynb"),
    openLab("train.ipynb"),
  ]);
  await page.waitForSelector('[aria-label="Here now"] li:nth-child(2)');

  // Only opened there, with a kernel that it has greeted: no cell is changed, and of the notebook's metadata only what
  // any start of a kernel notes.
  await lab.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first().waitFor();
  const { language_info: _noted, ...metadata } = live()?.metadata() ?? {};
  expect({ ...live()?.toNotebook(), metadata }).toEqual(before);

  // Typed there, seen here, with who types and where.
  await labCell(lab, 1).locator(".cm-content").click();
  await lab.keyboard.press("End");
  await lab.keyboard.type("5  # from the lab");
  await expect.poll(() => source("lr"), WAIT).toBe("lr = 0.15  # from the lab");
  await page.waitForSelector('[data-cell="lr"] >> text=# from the lab');
  await page.waitForSelector('[data-cell="lr"] [role="img"][aria-label$="types here"]');

  // Typed here, seen there, with a caret and a name.
  await page.click('[data-cell="lr"] pre');
  await page.waitForSelector('[data-cell="lr"] .cm-content');
  await page.keyboard.press("Home");
  await page.keyboard.type("rate = ");
  await labCell(lab, 1).locator("text=rate = lr = 0.15").waitFor();
  await labCell(lab, 1).locator(".jp-remote-cursor").first().waitFor({ state: "attached" });

  // Run here: each line is there while the cell still runs.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  await labCell(lab, 2).locator("text=epoch 0 0.15").waitFor();
  expect(live()?.cell("train" as CellId)?.executionState).toBe("running");
  await labCell(lab, 2).locator("text=epoch 2 0.15").waitFor();
  await expect.poll(() => labCell(lab, 2).locator(".jp-InputPrompt").textContent(), WAIT).toContain("2");

  // Run there, over its own connection to the same kernel.
  await labCell(lab, 3).locator(".cm-content").click();
  await lab.keyboard.press("End");
  await lab.keyboard.type(" + lr");
  await lab.keyboard.press("Control+Enter");
  await page.waitForSelector('[data-cell="own"] >> text=42.15');
  await expect.poll(() => live()?.cell("own" as CellId)?.executionCount, WAIT).toBe(3);

  // Deleted and brought back there: it is once in both, with what it printed.
  await lab.keyboard.press("Escape");
  await labCell(lab, 2).locator(".jp-InputPrompt").click();
  await lab.keyboard.press("d");
  await lab.keyboard.press("d");
  await page.waitForSelector('[data-cell="train"]', { state: "detached" });
  await lab.keyboard.press("z");
  await page.waitForSelector('[data-cell="train"] >> text=epoch 2 0.15');
  await labCell(lab, 2).locator("text=epoch 2 0.15").waitFor();
  expect(await lab.locator(".jp-Notebook .jp-Cell").count()).toBe(5);
  expect(live()?.cellIds()).toEqual(["title", "lr", "train", "own", "chart"]);

  // A chart that is redrawn in place while lines are printed: in the end it is there once, and so is each line.
  await page.click('[data-cell="chart"] pre');
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  const outputs = labCell(lab, 4).locator(".jp-OutputArea-output");
  await expect.poll(() => outputs.allTextContents(), WAIT).toEqual(["loss 4", STEPS]);

  // Who is here, in its own list.
  await lab.locator('.jp-SideBar [title="Collaboration"]').click();
  await lab.locator(".jp-Collaborator").first().waitFor();
  expect(errors).toEqual([]);
});
