/** Widgets between pages and kernel, over the live channel: real server, real ipykernel with ipywidgets, real file. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { WidgetsNews } from "../../src/api/widgets.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { startServer } from "../../src/server/server.ts";
import { CellId } from "../../src/util/ids.ts";
import type { JsonObject } from "../../src/util/json.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { aProvider } from "./kernel-support.ts";
import { aNotebook } from "./server/memory-host.ts";
import { aLiveClient } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

/** A page that shows widgets: what it was told adds up to models, as the page's own manager has them. */
class Watcher {
  readonly client: LiveClient;
  readonly models = new Map<string, JsonObject>();
  readonly buffers = new Map<string, readonly Uint8Array[]>();
  readonly done = new Set<string>();
  readonly refused: string[] = [];
  hasAll = false;
  echoes = 0;

  constructor(client: LiveClient) {
    this.client = client;
    client.onWidgets(({ text, buffers }) => this.hear(JSON.parse(text) as WidgetsNews, buffers));
    client.askOfWidgets({ type: "watch" });
  }

  /** The model of this class; models are few in these tests. */
  find(name: string): string {
    const found = [...this.models].find(([, state]) => state._model_name === name);
    if (!found) throw new Error(`no ${name}`);
    return found[0];
  }

  has(name: string): boolean {
    return [...this.models.values()].some((state) => state._model_name === name);
  }

  set(id: string, commId: string, state: JsonObject, cellId: string | null = null): void {
    const data = { method: "update", state, buffer_paths: [] };
    const message = { type: "comm_msg", commId, targetName: null, data, metadata: {} } as const;
    this.client.askOfWidgets({ type: "comm", id, message, cellId });
  }

  private hear(news: WidgetsNews, buffers: readonly Uint8Array[]): void {
    if (news.type === "model") this.put(news.commId, news.state, buffers);
    else if (news.type === "all") this.hasAll = true;
    else if (news.type === "gone") this.models.clear();
    else if (news.type === "done") for (const id of news.ids) this.done.add(id);
    else if (news.type === "refused") this.refused.push(news.id);
    else if (news.type === "comm") {
      const { commId, data } = news.message;
      if (data.method === "echo_update") this.echoes++;
      this.put(commId, { ...this.models.get(commId), ...(data.state as JsonObject) }, buffers);
    }
  }

  private put(commId: string, state: JsonObject, buffers: readonly Uint8Array[]): void {
    this.models.set(commId, state);
    if (buffers.length > 0) this.buffers.set(commId, buffers);
  }
}

async function aWidgetNotebook(sources: readonly string[]) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-widgets-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  const file = join(folder, "nb.ipynb");
  writeFileSync(file, JSON.stringify(aNotebook(sources)));
  const common = { stateFolder, version: "1.2.3", logger: silentLogger };
  const host = createLocalHost({ ...common, kernels: aProvider() });
  const server = await startServer({
    ...common,
    host,
    folder,
    port: 0,
    kind: "up",
    viewToken: "v".repeat(40),
  });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
  const api = new ApiClient({ baseUrl: server.url, token: server.token, using: "browser" });
  const { id } = await api.openNotebook({ path: "nb.ipynb" });
  const aPage = async (as = api): Promise<Watcher> => {
    const client = aLiveClient(as, id);
    await client.synced();
    const watcher = new Watcher(client);
    await waitFor("all widgets", () => watcher.hasAll);
    return watcher;
  };
  const page = await aPage();
  const notebook = openLiveNotebook(page.client.doc, page.client.results);
  const cellOf = (index: number) => CellId.of(`cell-${index}`);
  const outcome = (index: number) => page.client.live()?.executions[cellOf(index)]?.outcome?.type;
  const begin = (index: number) =>
    api.execute(id, {
      cellId: cellOf(index),
      sourceHash: sourceHash(notebook.cell(cellOf(index))?.source ?? ""),
    });
  const run = async (index: number): Promise<void> => {
    await begin(index);
    await waitFor(`cell ${index}`, () => outcome(index) === "completed", 60_000);
  };
  const printed = (index: number): string =>
    (notebook.cell(cellOf(index))?.outputs ?? [])
      .map((output) => (output.output_type === "stream" ? output.text : ""))
      .join("");
  return { api, id, server, host, page, aPage, begin, run, printed, file, notebook };
}

test("a slider that one page moves is moved in the kernel, in other pages, in those that come later, in the file", async () => {
  const it = await aWidgetNotebook([
    "import ipywidgets as w\ns = w.IntSlider(value=3)\ns.observe(lambda c: print('now', c.new), 'value')\ns",
    "print('slider', s.value)",
  ]);
  await it.run(0);
  const other = await it.aPage();
  const slider = it.page.find("IntSliderModel");
  expect(other.models.get(slider)?.value).toBe(3);
  it.page.set("a-1", slider, { value: 42 }, "cell-0");
  await waitFor("the kernel", () => it.page.done.has("a-1"));
  await waitFor("the other page", () => other.models.get(slider)?.value === 42);
  // What the callback prints is not lost: no Output widget takes it, so the cell that shows the slider does.
  await waitFor("what it prints", () => it.printed(0) === "now 42\n");
  await it.run(1);
  expect(it.printed(1)).toBe("slider 42\n");
  const late = await it.aPage();
  expect(late.models.get(slider)?.value).toBe(42);
  await it.api.save(it.id);
  const { widgets } = JSON.parse(readFileSync(it.file, "utf8")).metadata;
  expect(widgets["application/vnd.jupyter.widget-state+json"].state[slider]).toMatchObject({
    model_name: "IntSliderModel",
    state: { value: 42 },
  });
});

test("binary parts travel as they are, both ways", async () => {
  const it = await aWidgetNotebook([
    "import ipywidgets as w\nimage = w.Image(value=bytes([0, 255, 137]), format='png')\nup = w.FileUpload()\nimage",
    "print(up.value[0].name, bytes(up.value[0].content))",
  ]);
  await it.run(0);
  const late = await it.aPage();
  expect([...(late.buffers.get(late.find("ImageModel"))?.[0] ?? [])]).toEqual([0, 255, 137]);
  const file = { name: "a.bin", type: "x/y", size: 2, last_modified: 0 };
  const data = { method: "update", state: { value: [file] }, buffer_paths: [["value", 0, "content"]] };
  const commId = late.find("FileUploadModel");
  const message = { type: "comm_msg", commId, targetName: null, data, metadata: {} } as const;
  late.client.askOfWidgets({ type: "comm", id: "up", message, cellId: null }, [Uint8Array.of(0, 200)]);
  await waitFor("the upload", () => late.done.has("up"));
  await it.run(1);
  expect(it.printed(1)).toBe("a.bin b'\\x00\\xc8'\n");
});

test("an Output widget takes what is printed in it, while the cell runs, and what a callback prints in it", async () => {
  const it = await aWidgetNotebook([
    [
      "import ipywidgets as w",
      "out = w.Output(); b = w.Button()",
      "def press(_):\n    with out: print('pressed')",
      "b.on_click(press)",
      "with out: print('first')",
      "print('outside')",
    ].join("\n"),
    "import time\nwith out:\n    print('second', flush=True)\n    time.sleep(60)",
    "print([o.get('text') for o in out.outputs])",
  ]);
  await it.run(0);
  const out = it.page.find("OutputModel");
  const text = () =>
    ((it.page.models.get(out)?.outputs ?? []) as JsonObject[]).map((output) => output.text).join("");
  await waitFor("the first", () => text() === "first\n");
  expect(it.printed(0)).toBe("outside\n");
  await it.begin(1);
  await waitFor("the second, before its cell ends", () => text() === "first\nsecond\n");
  // It waits behind the cell, or is done beside it, as the kernel decides.
  const data = { method: "custom", content: { event: "click" } };
  const commId = it.page.find("ButtonModel");
  const message = { type: "comm_msg", commId, targetName: null, data, metadata: {} } as const;
  it.page.client.askOfWidgets({ type: "comm", id: "click", message, cellId: null });
  await it.api.kernel(it.id, { action: "interrupt" });
  await waitFor("the callback", () => text().includes("pressed\n") && it.page.done.has("click"));
  await it.run(2);
  expect(it.printed(2)).toContain("first");
  expect(it.printed(2)).toContain("pressed");
});

test("a hundred values of a slider that come while it is busy are a few messages, the newest last", async () => {
  const it = await aWidgetNotebook([
    "import ipywidgets as w, time\ns = w.IntSlider(max=1000)\nseen = []\ndef slow(c):\n    seen.append(c.new)\n    time.sleep(0.3)\ns.observe(slow, 'value')\ns",
    "print(len(seen), seen[-1])",
  ]);
  await it.run(0);
  const slider = it.page.find("IntSliderModel");
  for (let value = 1; value <= 100; value++) it.page.set(`v${value}`, slider, { value });
  await waitFor("the last", () => it.page.done.has("v100"));
  await it.run(1);
  const [count, last] = it.printed(1).trim().split(" ").map(Number);
  expect(last).toBe(100);
  expect(count).toBeLessThanOrEqual(5);
});

test("progress in a loop is told at a pace, and its last value arrives", async () => {
  const it = await aWidgetNotebook([
    "import ipywidgets as w\nbar = w.IntProgress(max=5000)\ndisplay(bar)\nfor i in range(5001): bar.value = i",
  ]);
  const frames: string[] = [];
  it.page.client.onWidgets(({ text }) => frames.push(text));
  await it.run(0);
  const bar = it.page.find("IntProgressModel");
  await waitFor("the last value", () => it.page.models.get(bar)?.value === 5000);
  expect(frames.length).toBeLessThan(1_000);
});

test("a kernel that is restarted takes its widgets along; pages are told, and the file keeps how they were", async () => {
  const it = await aWidgetNotebook([
    "import ipywidgets as w\ns = w.IntSlider(value=3)\ns",
    "w = None",
    "import ipywidgets as w\nt = w.Text('new')\nt",
  ]);
  await it.run(0);
  const slider = it.page.find("IntSliderModel");
  await it.api.kernel(it.id, { action: "restart" });
  await waitFor("the end of them", () => it.page.models.size === 0);
  it.page.set("late", slider, { value: 9 });
  await waitFor("a refusal", () => it.page.refused.includes("late"));
  // The new kernel's widgets do not take the place of those that another cell still shows.
  await it.run(2);
  await it.api.save(it.id);
  const { state } = JSON.parse(readFileSync(it.file, "utf8")).metadata.widgets[
    "application/vnd.jupyter.widget-state+json"
  ];
  expect(state[slider].state.value).toBe(3);
  expect(state[it.page.find("TextModel")].state.value).toBe("new");
});

test("who may look on sees widgets move, and moves none", async () => {
  const it = await aWidgetNotebook(["import ipywidgets as w\ns = w.IntSlider(value=3)\ns", "print(s.value)"]);
  await it.run(0);
  const onlooker = await it.aPage(new ApiClient({ baseUrl: it.server.url, token: "v".repeat(40) }));
  const slider = onlooker.find("IntSliderModel");
  it.page.set("a", slider, { value: 5 });
  await waitFor("the move", () => onlooker.models.get(slider)?.value === 5);
  onlooker.set("b", slider, { value: 99 });
  await waitFor("the end", () => onlooker.client.connection().type === "ended");
  await it.run(1);
  expect(it.printed(1)).toBe("5\n");
});
