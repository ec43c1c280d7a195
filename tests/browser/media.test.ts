/** Images that zoom, recordings, JSON, PDF and formulas: looked at by pointer and by keys alone, and safe. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject, JsonValue, Output } from "../../src/nbformat/notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { eventually } from "./eventually.ts";

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

const CELLS = ["image", "sound", "json", "pdf", "latex"];

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({ "media.ipynb": notebookOf(CELLS.map((id) => codeCell(id, `# ${id}`))) });
  // The policy stays: a PDF's worker and pictures of ours must work under it.
  opened = await openPage(browser, served, "media.ipynb", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  page = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const cell = (id: string): Locator => page.locator(`[data-cell="${id}"]`);

function write(id: string, data: Record<string, JsonValue>, metadata: JsonObject = {}): void {
  const output: Output = { output_type: "display_data", data, metadata };
  served.host
    .notebooks()[0]
    ?.live.write([{ type: "append-output", id: id as CellId, output }], { type: "run", label: "test" });
}

/** A picture that the browser makes, of this size. */
const picture = (width: number, height: number): Promise<string> =>
  page.evaluate(
    ([wide, high]) => {
      const canvas = document.createElement("canvas");
      canvas.width = wide ?? 0;
      canvas.height = high ?? 0;
      canvas.getContext("2d")?.fillRect(0, 0, (wide ?? 0) / 2, high ?? 0);
      return canvas.toDataURL("image/png").replace(/^.*,/, "");
    },
    [width, height],
  );

/** 8 kHz, a tenth of a second of silence. */
function wave(): string {
  const bytes = Buffer.alloc(44 + 800, 128);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(836, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(8000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(800, 40);
  return bytes.toString("base64");
}

/** Two pages, one word each. */
function pdf(): string {
  const content = (text: string): string => `BT /F1 24 Tf 40 100 Td (${text}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
    ...[5, 6].map(
      (at) =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${at} 0 R /Resources << /Font << /F1 7 0 R >> >> >>`,
    ),
    ...["First page", "Second page"].map(
      (text) => `<< /Length ${content(text).length} >>\nstream\n${content(text)}\nendstream`,
    ),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(text).toString("base64");
}

test("an image opens by keys, zooms, moves, and closes with Esc", async () => {
  const base64 = await picture(1600, 900);
  write(
    "image",
    { "image/png": base64, "text/plain": "<Figure size 800x450>" },
    { "image/png": { width: 800 } },
  );
  const image = cell("image").locator("img");
  // What is written past a kernel is there whole at first, and drawn anew when it lies in the store.
  await eventually(() => image.getAttribute("src")).toMatch(/^\/api\//);
  await eventually(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1600);
  const shape = async (): Promise<number> => {
    const box = await image.boundingBox();
    return Math.round(((box?.width ?? 0) / (box?.height ?? 1)) * 100);
  };
  await eventually(shape).toBe(178);
  await cell("image").getByRole("button", { name: "Figure size 800x450" }).focus();
  await page.keyboard.press("Enter");
  const viewer = page.getByRole("dialog", { name: "Figure size 800x450" });
  await viewer.waitFor();
  const scale = (): Promise<string | null> => viewer.locator("[role=status]").textContent();
  await eventually(scale).toMatch(/^(?:7\d|80) %$/);
  await page.keyboard.press("1");
  await eventually(scale).toBe("100 %");
  await page.keyboard.press("+");
  await eventually(scale).toBe("125 %");
  const left = (): Promise<number> =>
    viewer.locator("img").evaluate((one) => one.getBoundingClientRect().left);
  const before = await left();
  await page.keyboard.press("ArrowRight");
  await eventually(left).toBe(before - 80);
  await page.mouse.move(640, 450);
  await page.mouse.wheel(0, -200);
  await eventually(scale).not.toBe("125 %");
  await page.mouse.down();
  await page.mouse.move(700, 450);
  await page.mouse.up();
  await page.keyboard.press("0");
  await eventually(scale).toMatch(/^(?:7\d|80) %$/);
  await viewer.getByRole("button", { name: "Copy the image" }).click();
  await eventually(() => page.evaluate(async () => (await navigator.clipboard.read())[0]?.types.join())).toBe(
    "image/png",
  );
  const download = page.waitForEvent("download");
  await viewer.getByRole("button", { name: "Save" }).click();
  expect((await download).suggestedFilename()).toBe("figure-size-800x450.png");
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BUTTON");
});

test("recordings in a notebook are played by who presses play; those from elsewhere are links", async () => {
  const address = `data:audio/wav;base64,${wave()}`;
  write("sound", { "audio/wav": wave() });
  write("sound", {
    "text/html": `<audio controls autoplay onplay="window.hacked=1"><source src="${address}" type="audio/wav"></audio>`,
  });
  write("sound", {
    "text/html": `<video autoplay src="https://example.org/film.mp4" poster="https://example.org/p.png"></video> <audio src="javascript:alert(1)"></audio> <video src="data:text/html,<script>1</script>"></video>`,
  });
  await eventually(() => cell("sound").locator("audio").count()).toBe(2);
  await eventually(() =>
    cell("sound")
      .locator("audio")
      .evaluateAll((all: HTMLAudioElement[]) => all.map((one) => one.duration)),
  ).toEqual([0.1, 0.1]);
  const found = await cell("sound")
    .locator("audio")
    .evaluateAll((all: HTMLAudioElement[]) =>
      all.map(({ controls, autoplay, paused }) => ({ controls, autoplay, paused })),
    );
  expect(found).toEqual(Array(2).fill({ controls: true, autoplay: false, paused: true }));
  expect(await cell("sound").locator("video").count()).toBe(0);
  expect(await cell("sound").getByRole("link", { name: "video" }).getAttribute("href")).toBe(
    "https://example.org/film.mp4",
  );
  expect(await page.evaluate("window.hacked")).toBeUndefined();
});

test("a JSON tree is walked, searched and copied from by keys alone", async () => {
  const many = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `item ${id}` }));
  write("json", { "application/json": { lr: 0.05, big: 12345678901234567000, many } });
  const tree = cell("json").getByRole("tree");
  const inStore = (): unknown =>
    served.host.notebooks()[0]?.live.cell("json" as CellId)?.outputs[0]?.loopbook_stored;
  await eventually(inStore).toBeDefined();
  await tree.waitFor();
  await tree.focus();
  const active = (): Promise<string | null> =>
    tree.evaluate(
      (one) => document.getElementById(one.getAttribute("aria-activedescendant") ?? "")?.textContent ?? null,
    );
  await eventually(async () => {
    await tree.press("End");
    return active();
  }).toContain("many: [ 5,000 items ]");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await eventually(active).toContain("0: { 2 members }");
  await page.keyboard.press("ArrowLeft");
  await eventually(active).toContain("many");
  await cell("json").getByLabel("Find in this value").fill("item 4321");
  await eventually(active).toContain('name: "item 4321"');
  await cell("json").getByRole("button", { name: "More for this value" }).click();
  await page.getByRole("menuitem", { name: "Copy the path" }).click();
  await page.getByText("The path is copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('["many"][4321]["name"]');
  expect(await tree.locator("[role=treeitem]").count()).toBeLessThan(60);
  await tree.focus();
  await page.keyboard.press("Home");
  await eventually(() => tree.getByText("≈ 12345678901234567168").count()).toBe(1);
});

test("a PDF is paged, zoomed, and its text can be chosen, under the page's policy", async () => {
  write("pdf", { "application/pdf": pdf(), "text/plain": "<PDF>" });
  const view = cell("pdf").getByRole("region", { name: "PDF" });
  await view.getByText("page 1 of 2").waitFor({ timeout: 30_000 });
  await view.getByText("First page").waitFor();
  const drawn = (): Promise<boolean> =>
    view
      .locator("canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: [],
        };
        return data.some((value, at) => at % 4 === 0 && value < 100);
      });
  await eventually(drawn).toBe(true);
  await view.getByRole("button", { name: "Bigger" }).click();
  await view.getByRole("button", { name: "Page after" }).click();
  await view.getByText("page 2 of 2").waitFor();
  await view.getByText("Second page").waitFor();
  write("pdf", { "application/pdf": "bm8gUERG", "text/plain": "text of the PDF" });
  await cell("pdf").getByText("its data is damaged").waitFor();
  await cell("pdf").getByText("text of the PDF").waitFor();
});

test("formulas share their definitions, and what cannot be set says why", async () => {
  write("latex", { "text/latex": "$$\\RR^n$$" });
  await cell("latex")
    .getByText(/Undefined control sequence/)
    .waitFor();
  write("latex", { "text/latex": "$\\newcommand{\\RR}{\\mathbb{R}}$" });
  write("latex", { "text/latex": "\\begin{align} a &= b \\\\ c &\\in \\RR \\end{align}" });
  await eventually(() => cell("latex").locator(".katex").count()).toBe(3);
  await cell("latex")
    .getByText(/Undefined control sequence/)
    .waitFor({ state: "detached" });
  write("latex", { "text/latex": "$\\frac{1}{" + "$" });
  await cell("latex").getByText("Shown as it was written:").last().waitFor();
});

test("axe finds nothing, and the page's policy forbade nothing", async () => {
  // The sanitiser reads hostile markup in a document that runs nothing; the browser reports what it blocks there.
  expect(opened.errors.filter((error) => !/^Executing inline event handler/.test(error))).toEqual([]);
  const free = await openPage(browser, served, "media.ipynb", { bypassCSP: true });
  await free.page.locator('[data-cell="json"] [role=tree]').waitFor();
  expect(await axeFindings(free.page)).toEqual([]);
  await free.context.close();
});
