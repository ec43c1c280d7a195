/** The page while its server is killed and started again: the work goes on where it was. */
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressOf } from "../../src/cli/processes/address.ts";
import { liveProcesses } from "../../src/server/registry.ts";
import { CliFolder, printedBy, until } from "../integration/cli-support.ts";
import { buildPage, openBrowser } from "./browser-support.ts";

let browser: Browser;
let folder: CliFolder;
beforeAll(async () => {
  folder = new CliFolder();
  [browser] = await Promise.all([openBrowser(), buildPage()]);
});
afterAll(async () => {
  await browser?.close();
  await folder.remove();
});

const server = () => liveProcesses(folder.home).find(({ kind }) => kind === "up");

test("a cell that ran goes on, its lines come once, what waited says that it was not run, variables are there", async () => {
  const mark = folder.file("runs");
  const slow = [
    `open(${JSON.stringify(mark)}, 'w').close()`,
    "import time",
    "for i in range(60):",
    "    print('line', i, flush=True)",
    "    time.sleep(0.1)",
  ].join("\n");
  folder.notebook("work.ipynb", [
    { source: "x = 41" },
    { source: slow },
    { source: "print('never')" },
    { source: "x + 1" },
  ]);
  expect((await folder.run(["up", "--port", "0"])).code).toBe(0);
  const before = server();
  if (before === undefined) throw new Error("no server is up");
  const page = await browser.newPage();
  await page.goto(addressOf(before, folder.file("work.ipynb")));
  await page.waitForSelector("[data-cell]");
  const cell = (id: string) => page.locator(`[data-cell="${id}"]`);
  await cell("c1").click({ position: { x: 4, y: 4 } });
  await page.keyboard.press("Escape");
  for (let press = 0; press < 3; press++) await page.keyboard.press("Shift+Enter");
  await until(
    () => existsSync(mark),
    () => "the cell runs",
  );
  await cell("c2")
    .getByText(/line 3\b/)
    .waitFor();
  process.kill(before.pid, "SIGKILL");
  await until(
    () => server() === undefined,
    () => "the server is gone",
  );
  // At the same address, where the page waits for it.
  const port = new URL(before.url).port;
  expect((await folder.run(["up", "--port", port])).code).toBe(0);
  await cell("c2")
    .getByText(/line 59\b/)
    .waitFor({ timeout: 30_000 });
  expect(
    await cell("c2")
      .getByText(/line 59\b/)
      .count(),
  ).toBe(1);
  await cell("c3").getByText("Not run: Loopbook ended while it waited.").waitFor();
  await cell("c4").click({ position: { x: 4, y: 4 } });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  await cell("c4").getByText("42", { exact: true }).waitFor();
  await page.close();
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join("");
  await until(
    () => printedBy(folder.read("work.ipynb")).startsWith(lines),
    () => `every line is in the file once: ${printedBy(folder.read("work.ipynb"))}`,
  );
}, 90_000);
