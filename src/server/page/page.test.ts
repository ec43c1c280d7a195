import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createPage } from "./page.ts";

const SCRIPT = "export const answer = 42;\n".repeat(200);

async function served(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Loopbook</title>");
  writeFileSync(join(folder, "assets/a.js"), SCRIPT);
  writeFileSync(join(folder, "assets/a.png"), SCRIPT);
  const page = createPage(folder);
  const server = createServer((request, response) => {
    void page.serve(request, response, new URL(request.url ?? "/", "http://x").pathname);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const asking = (accepted: string) => ({ headers: { "accept-encoding": accepted } });

test.each(["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "GZIP ; q=0.5"])(
  "who takes %j is given the packed file, and reads the same",
  async (accepted) => {
    const response = await fetch(`${await served()}/assets/a.js`, asking(accepted));
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(response.headers.get("content-type")).toContain("text/javascript");
    expect(Number(response.headers.get("content-length"))).toBeLessThan(SCRIPT.length / 10);
    expect(await response.text()).toBe(SCRIPT);
  },
);

test.each(["identity", "br", "gzip;q=0", "gzip;q=0.000, br", "notgzip"])(
  "who takes %j is given the file as it is",
  async (accepted) => {
    const response = await fetch(`${await served()}/assets/a.js`, asking(accepted));
    expect(response.headers.get("content-encoding")).toBe(null);
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(await response.text()).toBe(SCRIPT);
  },
);

test("what is packed already, and the page itself, come as they are", async () => {
  const base = await served();
  const response = await fetch(`${base}/assets/a.png`, asking("gzip"));
  expect(response.headers.get("content-encoding")).toBe(null);
  expect(await response.text()).toBe(SCRIPT);
  expect(await (await fetch(base, asking("gzip"))).text()).toContain("<title>Loopbook</title>");
});
