/**
 * Makes docs/images/notebook.png from the real page: the demo's notebook, its learning rate lowered on the way, at
 * its hold. `npm run build` first, then `node scripts/lib/docs/picture.ts`; takes a minute.
 */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openBrowser } from "../../../bench/lib/browser.ts";
import { startServer } from "../../../bench/lib/server.ts";
import type { RunSnapshot } from "../../../src/runs/run.ts";
import { root } from "../source-files.ts";

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "loopbook-picture-")));
const vision = path.join(folder, "vision");
mkdirSync(vision);
const notebook = path.join(vision, "digits.ipynb");
copyFileSync(path.join(root, "examples/digits/digits.ipynb"), notebook);

process.env.LOOPBOOK_NAME = "Ana";
const server = await startServer(path.join(folder, "state"), vision);
const browser = await openBrowser();
try {
  const started = await server.call("POST", "/api/runs", { path: notebook, output: { type: "in-place" } });
  const { id } = started as RunSnapshot;
  const state = async (): Promise<RunSnapshot> =>
    ((await server.call("GET", `/api/runs/${id}`)) as { readonly snapshot: RunSnapshot }).snapshot;
  const until = async (holds: (run: RunSnapshot) => boolean): Promise<void> => {
    while (!holds(await state())) await wait(200);
  };
  await until((run) => run.currentCell === "stage-2");
  await server.call("POST", `/api/runs/${id}/commands`, {
    type: "set-parameters",
    changeId: "picture",
    values: { lr: 0.02 },
    reason: "the curve swings",
  });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 960 }, deviceScaleFactor: 1.5 });
  await tab.goto(server.addressOf("digits.ipynb"));
  await until((run) => run.status === "held");
  await tab.getByText("# Stage 4 of 4").scrollIntoViewIfNeeded();
  await tab.mouse.move(500, 500);
  await tab.mouse.wheel(0, 290);
  await tab.mouse.move(8, 600);
  await wait(1000);
  mkdirSync(path.join(root, "docs/images"), { recursive: true });
  await tab.screenshot({ path: path.join(root, "docs/images/notebook.png") });
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
