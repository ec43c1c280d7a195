/**
 * What a stranger's web page can do to a running Loopbook, tried with a real browser that is signed in: nothing. And
 * that what must work does: the address with the token, also when it is followed from another site.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { aServer, type TestServer } from "../integration/server/test-server.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.LOOPBOOK_TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A name of the stranger's that leads to this machine: DNS rebinding.
      "--host-resolver-rules=MAP evil.example 127.0.0.1",
    ],
  });
});
afterAll(() => browser.close());

async function aSignedInBrowser(it: TestServer): Promise<BrowserContext> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(it.server.addressOf());
  expect(page.url()).toBe(`${it.server.url}/`);
  expect(await page.title()).toBe("the page");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(await page.evaluate(async () => (await fetch("/api/status")).status)).toBe(200);
  return context;
}

/** A web server of the stranger's on another port, also reached as evil.example. */
async function aStranger(html = "<!doctype html><title>stranger</title>"): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Runs in the stranger's page: everything it could try. Told is only what came of it. */
async function tryEverything(target: string): Promise<Record<string, string>> {
  const told = async (act: () => Promise<string>): Promise<string> => {
    try {
      return await act();
    } catch {
      return "refused";
    }
  };
  const ask = (path: string, init: RequestInit): Promise<string> =>
    told(async () => `status ${(await fetch(target + path, { credentials: "include", ...init })).status}`);
  const loads = (element: HTMLElement, source: string): Promise<string> =>
    new Promise((resolve) => {
      element.addEventListener("load", () => resolve("loaded"));
      element.addEventListener("error", () => resolve("refused"));
      element.setAttribute("src", source);
      document.body.append(element);
    });
  const save = "/api/notebooks/NB/save";
  return {
    read: await ask("/api/status", {}),
    change: await ask(save, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }),
    blind: await ask(save, { method: "POST", mode: "no-cors", body: "{}" }),
    script: await loads(document.createElement("script"), `${target}/api/status`),
    image: await loads(document.createElement("img"), `${target}/favicon.svg`),
    socket: await told(
      () =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${target.replace("http", "ws")}/api/notebooks/NB/live`);
          socket.onopen = () => resolve("opened");
          socket.onerror = () => resolve("refused");
        }),
    ),
  };
}

test("a stranger's page reads nothing, changes nothing and opens no socket, from another site or port or name", async () => {
  const it = await aServer();
  const { id } = await it.api.openNotebook({ path: "a.ipynb" });
  const context = await aSignedInBrowser(it);
  const port = await aStranger();
  const pages = [`http://evil.example:${port}`, `http://127.0.0.1:${port}`, `http://localhost:${port}`];
  for (const address of pages) {
    const page = await context.newPage();
    await page.goto(address);
    for (const name of ["127.0.0.1", "localhost", "evil.example"]) {
      const target = `http://${name}:${it.server.port}`;
      const result = await page.evaluate(
        `(${tryEverything.toString().replaceAll("NB", id)})(${JSON.stringify(target)})`,
      );
      expect({ address, target, ...(result as object) }).toEqual({
        address,
        target,
        read: "refused",
        change: "refused",
        // Sent as a form is, without asking first; what counts is that nothing was done (below).
        blind: "refused",
        script: "refused",
        image: "refused",
        socket: "refused",
      });
    }
  }
  expect(it.host.sessions[0]?.done).toEqual([]);
});

test("a page under a rebound name is not the page", async () => {
  const it = await aServer();
  const page = await (await aSignedInBrowser(it)).newPage();
  const answer = await page.goto(`http://evil.example:${it.server.port}/?token=${it.server.token}`);
  expect(answer?.status()).toBe(421);
  expect(await page.textContent("main")).toContain("answers to its own address only");
});

test("it cannot be put into a frame", async () => {
  const it = await aServer();
  const context = await aSignedInBrowser(it);
  const port = await aStranger(`<!doctype html><iframe src="${it.server.url}/"></iframe>`);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}`, { waitUntil: "load" });
  const framed = page.frames()[1];
  expect(await framed?.title().catch(() => "")).not.toBe("the page");
});

test("a link to it on another site leads to the page, with the token and without", async () => {
  const it = await aServer();
  const context = await aSignedInBrowser(it);
  for (const address of [it.server.addressOf("a.ipynb"), `${it.server.url}/open/a.ipynb`]) {
    const port = await aStranger(`<!doctype html><a href="${address}">open</a>`);
    const page = await context.newPage();
    await page.goto(`http://evil.example:${port}`);
    await page.click("a");
    await page.waitForFunction(() => document.title === "the page");
    expect(page.url()).toBe(`${it.server.url}/open/a.ipynb`);
  }
});

test("the page's policy lets it open its own WebSocket, and runs no script that was put into it", async () => {
  const it = await aServer();
  const { id } = await it.api.openNotebook({ path: "a.ipynb" });
  const context = await aSignedInBrowser(it);
  const other = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const page = await context.newPage();
  await page.goto(it.server.url);
  const result = await page.evaluate(
    async ([own, elsewhere]) => {
      const opens = (url: string): Promise<string> =>
        new Promise((resolve) => {
          try {
            const socket = new WebSocket(url);
            socket.onmessage = ({ data }) =>
              resolve(typeof data === "string" ? JSON.parse(data).type : "binary");
            socket.onopen = () => setTimeout(() => resolve("opened"), 1_000);
            socket.onerror = () => resolve("refused");
          } catch {
            resolve("refused");
          }
        });
      const injected = document.createElement("div");
      injected.innerHTML = '<img src="data:," onerror="window.broken = true">';
      const script = document.createElement("script");
      script.textContent = "window.broken = true";
      document.body.append(injected, script);
      return {
        own: await opens(own ?? ""),
        elsewhere: await opens(elsewhere ?? ""),
        broken: "broken" in window,
      };
    },
    [it.api.liveUrl(id), `ws://127.0.0.1:${(other.address() as AddressInfo).port}`],
  );
  expect(result).toEqual({ own: "hello", elsewhere: "refused", broken: false });
});
