/** Images of the folder that a notebook shows: images only, from inside only, and inert. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { aServer, type TestServer, VIEW_TOKEN } from "./server/test-server.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function aFolderWithImages(): Promise<
  TestServer & { get(path: string, token?: string): Promise<Response> }
> {
  const it = await aServer();
  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(it.folder, path)), { recursive: true });
    writeFileSync(join(it.folder, path), content);
  };
  put("img/loss.png", PIXEL);
  put("img/draw.SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
  put("notes.txt", "secret");
  put(".hidden/key.png", "secret");
  put("../outside.png", "secret");
  symlinkSync(join(it.folder, "..", "outside.png"), join(it.folder, "leak.png"));
  symlinkSync(join(it.folder, "notes.txt"), join(it.folder, "text.png"));
  mkdirSync(join(it.folder, "folder.png"));
  return {
    ...it,
    get: (path, token = it.server.token) =>
      fetch(`${it.server.url}/api/images?${new URLSearchParams({ path })}`, {
        headers: { authorization: `Bearer ${token}` },
      }),
  };
}

test("an image is sent as what it is, to everybody who may look, and asked for again only when it changed", async () => {
  const { get, server, folder } = await aFolderWithImages();
  const answer = await get("img/loss.png", VIEW_TOKEN);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(Buffer.from(await answer.arrayBuffer()).equals(PIXEL)).toBe(true);
  const again = (): Promise<Response> =>
    fetch(`${server.url}/api/images?path=img/loss.png`, {
      headers: {
        authorization: `Bearer ${server.token}`,
        "if-none-match": answer.headers.get("etag") ?? "",
        // Else `fetch` asks for everything anew.
        "cache-control": "max-age=0",
      },
    });
  expect((await again()).status).toBe(304);
  writeFileSync(join(folder, "img/loss.png"), Buffer.concat([PIXEL, PIXEL]));
  expect((await again()).status).toBe(200);
});

test("an SVG opened by itself runs nothing and asks nobody", async () => {
  const { get } = await aFolderWithImages();
  const answer = await get("img/draw.SVG");
  expect(answer.headers.get("content-type")).toBe("image/svg+xml");
  expect(answer.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  );
});

test("nothing else is sent: other files, hidden ones, folders, what lies outside", async () => {
  const { get } = await aFolderWithImages();
  const statuses = await Promise.all(
    [
      "notes.txt",
      ".hidden/key.png",
      "folder.png",
      "img/none.png",
      "../outside.png",
      "leak.png",
      "/etc/a.png",
      "",
    ].map(async (path) => {
      const answer = await get(path);
      expect(await answer.text()).not.toContain("secret");
      return `${path}: ${answer.status}`;
    }),
  );
  expect(statuses).toEqual([
    "notes.txt: 404",
    ".hidden/key.png: 404",
    "folder.png: 404",
    "img/none.png: 404",
    "../outside.png: 403",
    "leak.png: 403",
    "/etc/a.png: 403",
    ": 400",
  ]);
  expect((await get("img/loss.png", "wrong")).status).toBe(401);
});
