/**
 * Pictures of every screen at 1280 and 400 px, light and dark, in docs/images/screens: `node tests/browser/screens.ts`.
 * With a folder as argument they go there, to look at before they are kept; with words after it, only those screens.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

const [into = join(rootFolder, "docs/images/screens"), ...asked] = process.argv.slice(2);
const WIDTHS = [1280, 400];
const HOLD = { timeout: 240_000 };

interface Screen {
  readonly name: string;
  /** From a page that shows the notebook of the demo, waiting for a person. */
  show(page: Page): Promise<void>;
}

const command = async (page: Page, label: string): Promise<void> => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").fill(label);
  await page.keyboard.press("Enter");
};

const byCommand = (name: string, label: string, shown?: (page: Page) => Promise<void>): Screen => ({
  name,
  async show(page) {
    await command(page, label);
    await shown?.(page);
  },
});

/** Of the demo's notebook at its hold. */
const SCREENS: readonly Screen[] = [
  { name: "hold", show: (page) => command(page, "Go to the cell that runs, waits or failed") },
  byCommand("history", "History…"),
  byCommand("timeline", "Timeline: everything that happened"),
  byCommand("who-wrote", "Who wrote this…"),
  byCommand("contents", "Table of contents"),
  byCommand("comments", "Comment on the cell"),
  byCommand("find-and-replace", "Find and replace", (page) => page.keyboard.type("epoch")),
  byCommand("go-to-cell", "Go to a cell…"),
  byCommand("shortcuts", "Keyboard shortcuts…"),
  byCommand("kernels", "Change the kernel…"),
  byCommand("reader", "Reader view, and back"),
  {
    name: "commands",
    async show(page) {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Shift+C");
    },
  },
];

/** Outputs of every kind, as a kernel makes them. */
const GALLERY = notebookOf([
  markdownCell(
    "m",
    "# Outputs\n\nText with $\\nabla L(\\theta)$ and a diagram.\n\n```mermaid\nflowchart LR\n  data --> train --> evaluate\n  evaluate -->|not good enough| train\n```",
  ),
  codeCell(
    "frame",
    "import numpy as np, pandas as pd\nrng = np.random.default_rng(1)\nframe = pd.DataFrame({'epoch': range(400), 'loss': np.exp(-np.arange(400) / 90) + rng.normal(0, .02, 400), 'set': ['train', 'test'] * 200})\nframe",
  ),
  codeCell(
    "vega",
    "import altair as alt\nalt.Chart(frame).mark_line().encode(x='epoch', y='loss', color='set').properties(width=520, height=180)",
  ),
  codeCell(
    "plotly",
    "import plotly.express as px\npx.scatter(frame, x='epoch', y='loss', color='set', height=320)",
  ),
  codeCell(
    "widgets",
    "import ipywidgets as widgets\nwidgets.VBox([widgets.FloatSlider(description='rate', value=.3), widgets.Dropdown(options=['adam', 'sgd'], description='optimiser'), widgets.IntProgress(value=7, description='epochs')])",
  ),
  codeCell(
    "image",
    "import matplotlib.pyplot as plt\nplt.figure(figsize=(5, 2.4)); plt.plot(frame.loss); plt.title('loss'); plt.show()",
  ),
  codeCell(
    "json",
    "from IPython.display import JSON\nJSON({'model': 'svm', 'folds': [{'f1': .91}, {'f1': .93}], 'tuned': True})",
  ),
  codeCell(
    "log",
    "for step in range(300):\n    print('\\x1b[32mstep\\x1b[0m', step, 'loss', round(1 / (1 + step), 4))",
  ),
  codeCell("error", "frame['no such column']"),
]);

await mkdir(into, { recursive: true });
process.env.LOOPBOOK_NAME = "Ana";
const served = await serveNotebooks(
  { "digits.ipynb": join(rootFolder, "examples/digits/digits.ipynb"), "outputs.ipynb": GALLERY },
  { title: "vision" },
);
await writeFile(join(served.folder, "scores.csv"), "model,f1\nsvm,0.97\nforest,0.95\n");
await writeFile(join(served.folder, "notes.md"), "# Notes\n\nThe second run *swings*: try a lower rate.\n");
const browser = await openBrowser();
try {
  await folderScreens(browser, served);
  await demoScreens(browser, served);
  await outputScreens(browser, served);
} finally {
  await browser.close();
  await served.close();
}
process.exit(0);

async function folderScreens(browser: Browser, served: ServedFolder): Promise<void> {
  const { page } = await openPage(browser, served, null, { reducedMotion: "reduce" });
  await page.getByText("digits.ipynb").first().waitFor();
  await pictures(page, "folder");
  for (const name of ["scores.csv", "notes.md"]) {
    if (!isAsked(name)) continue;
    await page.goto(served.server.addressOf());
    await page.getByText(name).first().click();
    await page.waitForLoadState("networkidle");
    await pictures(page, `file-${name.split(".").at(-1)}`);
  }
}

async function demoScreens(browser: Browser, served: ServedFolder): Promise<void> {
  const { page, context } = await openPage(browser, served, "digits.ipynb", { reducedMotion: "reduce" });
  await pictures(page, "notebook");
  await page.getByRole("button", { name: "Run all" }).click();
  await page.locator("[data-cell] img[alt^='epoch 2']").first().waitFor(HOLD);
  await pictures(page, "running");
  await page.getByRole("button", { name: /Approve/ }).waitFor(HOLD);
  const address = page.url();
  for (const { name, show } of SCREENS) {
    if (!isAsked(name)) continue;
    await page.goto(address);
    await page.waitForSelector("[data-cell]");
    await show(page);
    await page.waitForLoadState("networkidle");
    await pictures(page, name);
  }
  await page.goto(address);
  await page.waitForSelector("[data-cell]");
  await served.stopServer();
  await page.getByText("No connection to the server.").waitFor();
  await pictures(page, "offline");
  await served.startServerAgain();
  await context.close();
}

async function outputScreens(browser: Browser, served: ServedFolder): Promise<void> {
  if (!isAsked("outputs")) return;
  const { page, context } = await openPage(browser, served, "outputs.ipynb", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Run all" }).click();
  await page.locator("[data-cell=error]").getByText("KeyError").first().waitFor({ timeout: 120_000 });
  for (const cell of ["m", "frame", "vega", "plotly", "widgets", "image", "json", "log", "error"]) {
    await page.evaluate((id) => document.querySelector(`[data-cell="${id}"]`)?.scrollIntoView(), cell);
    await page.waitForLoadState("networkidle");
    await pictures(page, `output-${cell}`);
  }
  await context.close();
}

function isAsked(name: string): boolean {
  return asked.length === 0 || asked.some((word) => name.includes(word));
}

async function pictures(page: Page, name: string): Promise<void> {
  if (!isAsked(name)) return;
  for (const width of WIDTHS)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // What is drawn lazily has its place; now it has the time to fill it.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 400)));
      const file = join(into, `${name}-${width}-${colorScheme}.jpg`);
      await page.screenshot({ path: file, type: "jpeg", quality: 60 });
    }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  console.log(name);
}
