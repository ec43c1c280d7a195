/** ipywidgets in the page, with real kernels: live, after a reload, in two pages, without a kernel. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cell } from "../../src/nbformat/notebook.ts";
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

const LIMIT = { timeout: 20_000 };
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function aNotebook(
  ...sources: string[]
): Promise<{ served: ServedFolder; open: () => Promise<OpenPage> }> {
  const cells: Cell[] = sources.map((source, index) => codeCell(`c${index}`, source));
  const served = await serveNotebooks({ "w.ipynb": notebookOf(cells) });
  onTestFinished(() => served.close());
  const open = async (): Promise<OpenPage> => {
    const opened = await openPage(browser, served, "w.ipynb");
    onTestFinished(() => opened.context.close());
    return opened;
  };
  return { served, open };
}

const cell = (page: Page, index: number): Locator => page.locator(`[data-cell="c${index}"]`);
const outputs = (page: Page, index: number): Locator =>
  cell(page, index).locator('[data-found-in="outputs"]');

async function run(page: Page, index: number): Promise<void> {
  await cell(page, index).click({ position: { x: 5, y: 5 } });
  // A key that comes earlier goes to a widget's frame.
  const hasFocus = () => cell(page, index).evaluate((place) => place.contains(document.activeElement));
  await expect.poll(hasFocus, LIMIT).toBe(true);
  await page.keyboard.press("Control+Enter");
}

async function hasText(place: Locator, text: string): Promise<void> {
  await place.getByText(text, { exact: false }).first().waitFor(LIMIT);
}

/** axe-core as a global of the page under test; only what is used here. */
interface AxeWindow {
  readonly axe: {
    run(
      on: object,
      how: object,
    ): Promise<{
      readonly violations: readonly { readonly id: string; readonly nodes: readonly { html: string }[] }[];
    }>;
  };
}

/** axe-core's findings in the widgets. */
async function findings(page: Page): Promise<readonly string[]> {
  const source = await readFile(join(rootFolder, "node_modules/axe-core/axe.min.js"), "utf8");
  return page.evaluate(async (text) => {
    if (!("axe" in window)) new Function(text)();
    const { violations } = await (window as unknown as AxeWindow).axe.run(
      { include: [[".loopbook-widgets"]] },
      { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    );
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    );
  }, source);
}

test("a slider moves a variable in Python and prints, also after a reload, and in another page", async () => {
  const { open } = await aNotebook(
    "import ipywidgets as w\n@w.interact(rate=w.IntSlider(value=3, max=10, description='rate'))\ndef show(rate):\n    global seen\n    seen = rate\n    print('rate is', rate)",
    "print('seen', seen)",
  );
  const { page } = await open();
  await run(page, 0);
  const slider = page.getByRole("slider", { name: "rate" });
  await slider.waitFor(LIMIT);
  await hasText(outputs(page, 0), "rate is 3");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await hasText(outputs(page, 0), "rate is 5");
  await run(page, 1);
  await hasText(outputs(page, 1), "seen 5");

  await page.reload();
  await slider.waitFor(LIMIT);
  expect(await slider.getAttribute("aria-valuetext")).toBe("5");
  await hasText(outputs(page, 0), "rate is 5");

  const other = (await open()).page;
  const theirs = other.getByRole("slider", { name: "rate" });
  await theirs.waitFor(LIMIT);
  await theirs.focus();
  await other.keyboard.press("ArrowRight");
  await hasText(outputs(other, 0), "rate is 6");
  // The first page sees the move, and what it printed.
  await hasText(outputs(page, 0), "rate is 6");
  await expect.poll(() => slider.getAttribute("aria-valuetext"), LIMIT).toBe("6");
});

test("a cell that is run right after a slider was moved has its newest value, also while a callback works", async () => {
  const { open } = await aNotebook(
    "import ipywidgets as w, time\ns = w.IntSlider(description='rate', max=10)\ns.observe(lambda _: time.sleep(0.3), 'value')\ns",
    "print('has', s.value)",
  );
  const { page } = await open();
  await run(page, 0);
  const slider = page.getByRole("slider", { name: "rate" });
  await slider.waitFor(LIMIT);
  await slider.focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
  await run(page, 1);
  await hasText(outputs(page, 1), "has 3");
});

test("a loop moves a progress bar; a button clicks; a box, a text and a choice reach Python", async () => {
  const { open } = await aNotebook(
    [
      "import ipywidgets as w, time",
      "from IPython.display import display",
      "bar = w.IntProgress(max=20, description='epoch')",
      "out = w.Output(); button = w.Button(description='Go')",
      "box = w.Checkbox(description='shuffle'); text = w.Text(description='name')",
      "pick = w.Dropdown(options=['adam', 'sgd'], description='optimizer')",
      "button.on_click(lambda _: out.append_stdout(f'{box.value} {text.value} {pick.value}'))",
      "display(w.VBox([bar, box, text, pick, w.HBox([button]), out]))",
      "for i in range(21): bar.value = i; time.sleep(0.01)",
    ].join("\n"),
  );
  const { page } = await open();
  await run(page, 0);
  const bar = page.getByRole("progressbar", { name: "epoch" });
  await bar.waitFor(LIMIT);
  await expect.poll(() => bar.getAttribute("aria-valuenow"), LIMIT).toBe("100");
  await page.getByLabel("shuffle").check();
  await page.getByLabel("name").fill("run-7");
  await page.getByLabel("optimizer").selectOption("sgd");
  await page.getByRole("button", { name: "Go" }).click();
  await hasText(outputs(page, 0), "True run-7 sgd");
});

test("tabs, formulas, jslink, a file, markup without its scripts; nothing to find for axe-core", async () => {
  const { open } = await aNotebook(
    [
      "import ipywidgets as w",
      "a = w.IntSlider(value=2, max=9, description='left'); b = w.IntText(description='right')",
      "link = w.jslink((a, 'value'), (b, 'value'))",
      "up = w.FileUpload(description='Table')",
      "up.observe(lambda c: print('got', c.new[0].name, bytes(c.new[0].content)), 'value')",
      "html = w.HTML('<b>bold</b><script>document.title = \"run\"</script><form><input></form>')",
      "tab = w.Tab([w.VBox([a, b]), w.Label('$x^2$')], titles=['Link', 'Maths'])",
      "w.VBox([tab, up, html, w.Play(max=5), w.DatePicker(description='day'), w.Accordion([w.Text(description='t')], titles=['More'])])",
    ].join("\n"),
  );
  const { page } = await open();
  const title = await page.title();
  await run(page, 0);
  const slider = page.getByRole("slider", { name: "left" });
  await slider.waitFor(LIMIT);
  await expect.poll(() => page.getByLabel("right").inputValue(), LIMIT).toBe("2");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.getByLabel("right").inputValue(), LIMIT).toBe("3");
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser", LIMIT),
    page.getByRole("button", { name: "Table" }).click(),
  ]);
  await chooser.setFiles({
    name: "t.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([104, 105, 200]),
  });
  await hasText(outputs(page, 0), "got t.csv b'hi\\xc8'");
  await page.locator(".widget-html-content b").waitFor(LIMIT);
  expect(await page.locator(".widget-html-content").locator("script, form, input").count()).toBe(0);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    expect(await findings(page)).toEqual([]);
  }
  await page.getByRole("tab", { name: "Maths" }).click();
  await page.locator(".widget-label .katex").waitFor(LIMIT);
  expect(await page.title()).toBe(title);
});

test("a kernel that is restarted leaves widgets that say so; a notebook without kernel shows them as it keeps them", async () => {
  const { served, open } = await aNotebook(
    "import ipywidgets as w\nw.IntSlider(value=7, description='left')",
  );
  const { page } = await open();
  await run(page, 0);
  await page.getByRole("slider", { name: "left" }).waitFor(LIMIT);
  const session = served.host.notebooks()[0];
  await session?.restartKernel({ kind: "person", who: "test", using: "test", displayName: "Test" });
  await hasText(outputs(page, 0), "Not live: the kernel that made it was restarted");
  await page.reload();
  const kept = page.getByRole("slider", { name: "left" });
  await kept.waitFor(LIMIT);
  expect(await kept.getAttribute("aria-valuetext")).toBe("7");
  await hasText(outputs(page, 0), "Not live: this is how the notebook keeps it");
  await run(page, 0);
  await outputs(page, 0)
    .getByText("Not live")
    .first()
    .waitFor({ state: "hidden", ...LIMIT });
});

test("a module that is not here is named", async () => {
  const { open } = await aNotebook(
    "import ipywidgets as w, traitlets as t\nclass Map(w.DOMWidget):\n    _model_name = t.Unicode('MapModel').tag(sync=True)\n    _model_module = t.Unicode('some-maps').tag(sync=True)\n    _model_module_version = t.Unicode('^1.2.0').tag(sync=True)\n    _view_name = t.Unicode('MapView').tag(sync=True)\n    _view_module = t.Unicode('some-maps').tag(sync=True)\n    _view_module_version = t.Unicode('^1.2.0').tag(sync=True)\nMap()",
  );
  const { page } = await open();
  await run(page, 0);
  await hasText(outputs(page, 0), "some-maps 1.2.0");
});

test("an anywidget draws by the notebook's code in a frame, and moves its value in Python", async () => {
  const { open } = await aNotebook(
    [
      "import anywidget, traitlets",
      "class Counter(anywidget.AnyWidget):",
      "    _esm = '''",
      "    export default { render({ model, el }) {",
      "      const b = document.createElement('button');",
      "      const show = () => { b.textContent = 'count ' + model.get('value'); };",
      "      b.onclick = () => { model.set('value', model.get('value') + 1); model.save_changes(); };",
      "      model.on('change:value', show); show(); el.append(b);",
      "      try { parent.document.title = 'reached'; } catch { el.append(' alone'); }",
      "    } }'''",
      "    value = traitlets.Int(0).tag(sync=True)",
      "counter = Counter(); counter",
    ].join("\n"),
    "print('in python', counter.value)\ncounter.value = 40",
  );
  const { page } = await open();
  const sent: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      sent.push(payload.toString());
    }),
  );
  await page.reload();
  await run(page, 0);
  const button = page.frameLocator("iframe").getByRole("button", { name: "count" });
  await button.waitFor(LIMIT);
  await button.click();
  await page.frameLocator("iframe").getByText("count 1").waitFor(LIMIT);
  // The frame draws its value before the page hears of it, and sends it.
  await expect.poll(() => sent.some((text) => text.includes('"value":1')), LIMIT).toBe(true);
  await run(page, 1);
  const printed = async (): Promise<string> => (await cell(page, 1).allInnerTexts()).join("");
  await expect.poll(printed, LIMIT).toContain("in python 1");
  await page.frameLocator("iframe").getByText("count 40").waitFor(LIMIT);
  await page.frameLocator("iframe").getByText("alone").waitFor(LIMIT);
  await page.reload();
  await page.frameLocator("iframe").getByText("count 40").waitFor(LIMIT);
});
