/** Files and folders by Jupyter's contents API. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { aJupyterBench } from "./jupyter-support.ts";
import { codeCell, notebookOf } from "./session-support.ts";

describe("files and folders", () => {
  test("are listed, without what is hidden and what leads out", async () => {
    const it = await aJupyterBench();
    mkdirSync(join(it.folder, "data"));
    it.write("nb.ipynb", notebookOf([]));
    writeFileSync(join(it.folder, "t.txt"), "text");
    writeFileSync(join(it.folder, ".secret"), "s");
    symlinkSync("/", join(it.folder, "out"));
    const root = (await it.ask("GET", "/api/contents")).body;
    expect(root).toMatchObject({ name: "", path: "", type: "directory", format: "json" });
    const entries = root.content as { name: string; type: string; content: unknown; size: number | null }[];
    expect(entries.map(({ name, type: kind, content }) => [name, kind, content])).toEqual(
      expect.arrayContaining([
        ["data", "directory", null],
        ["nb.ipynb", "notebook", null],
        ["t.txt", "file", null],
      ]),
    );
    expect(entries.map(({ name }) => name)).not.toContain(".secret");
    expect((await it.ask("GET", "/api/contents/data/")).body).toMatchObject({ path: "data", content: [] });
    for (const path of [".secret", "none.txt", "data/../.secret"]) {
      expect((await it.ask("GET", `/api/contents/${path}`)).status).toBe(404);
    }
    expect((await it.ask("GET", "/api/contents/out/etc/hostname")).status).toBe(403);
    expect((await it.ask("GET", "/api/contents/..%2F..%2Fetc%2Fpasswd")).status).toBe(403);
  });

  test("come as text or as bytes, and only as what they are", async () => {
    const it = await aJupyterBench();
    writeFileSync(join(it.folder, "ü.md"), "# Grüße\r\n");
    writeFileSync(join(it.folder, "b.bin"), Buffer.of(0, 255, 254));
    it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
    const read = async (path: string) => (await it.ask("GET", `/api/contents/${path}`)).body;
    expect(await read("%C3%BC.md")).toMatchObject({
      format: "text",
      mimetype: "text/markdown",
      content: "# Grüße\r\n",
    });
    expect(await read("b.bin")).toMatchObject({
      format: "base64",
      content: "AP/+",
      mimetype: "application/octet-stream",
    });
    expect(await read("b.bin?format=text")).toMatchObject({ code: "bad-request" });
    expect(await read("b.bin?type=notebook")).toMatchObject({ code: "bad-request" });
    expect(await read("b.bin?type=directory")).toMatchObject({ code: "bad-request" });
    expect(await read("?type=file")).toMatchObject({ code: "bad-request" });
    expect(await read("nb.ipynb?type=file&format=text")).toMatchObject({
      type: "file",
      content: readFileSync(join(it.folder, "nb.ipynb"), "utf8"),
    });
    writeFileSync(join(it.folder, "broken.ipynb"), "{");
    expect(await read("broken.ipynb")).toMatchObject({ code: "notebook-unreadable" });
  });

  test("are written, made, renamed, copied and deleted", async () => {
    const it = await aJupyterBench();
    const write = (path: string, body: object) => it.ask("PUT", `/api/contents/${path}`, body);
    expect(await write("a.txt", { type: "file", format: "text", content: "one" })).toMatchObject({
      status: 201,
    });
    expect(await write("a.txt", { type: "file", format: "base64", content: "dHdv" })).toMatchObject({
      status: 200,
    });
    expect(readFileSync(join(it.folder, "a.txt"), "utf8")).toBe("two");
    expect(await write("sub", { type: "directory" })).toMatchObject({
      status: 201,
      body: { type: "directory" },
    });
    expect(await write("sub", { type: "file", format: "text", content: "" })).toMatchObject({ status: 400 });
    expect(await write("none/a.txt", { type: "file", format: "text", content: "" })).toMatchObject({
      status: 404,
    });
    expect(await write(".hidden", { type: "file", format: "text", content: "" })).toMatchObject({
      status: 404,
    });

    const made = async (body: object, at = "") =>
      (await it.ask("POST", `/api/contents${at}`, body)).body.path;
    expect(await made({ type: "notebook" })).toBe("Untitled.ipynb");
    expect(await made({ type: "notebook" })).toBe("Untitled1.ipynb");
    const untitled = readFileSync(join(it.folder, "Untitled.ipynb"));
    expect(parseNotebook(untitled, "Untitled.ipynb").notebook).toMatchObject({
      nbformat: 4,
      nbformat_minor: 5,
    });
    expect(await made({ type: "file", ext: ".txt" }, "/sub")).toBe("sub/untitled.txt");
    expect(await made({ type: "directory" })).toBe("Untitled Folder");
    expect(await made({ type: "directory" })).toBe("Untitled Folder 1");
    expect(await made({ copy_from: "a.txt" }, "/sub")).toBe("sub/a-Copy1.txt");

    expect(await it.ask("PATCH", "/api/contents/a.txt", { path: "sub/untitled.txt" })).toMatchObject({
      status: 409,
    });
    expect(await it.ask("PATCH", "/api/contents/a.txt", { path: "../b.txt" })).toMatchObject({ status: 403 });
    expect(await it.ask("PATCH", "/api/contents/a.txt", { path: "sub/b.txt" })).toMatchObject({
      body: { path: "sub/b.txt" },
    });
    expect(await it.ask("PATCH", "/api/contents/Untitled1.ipynb", { path: "sub/u.ipynb" })).toMatchObject({
      status: 200,
    });
    expect(readdirSync(join(it.folder, "sub")).sort()).toEqual([
      "a-Copy1.txt",
      "b.txt",
      "u.ipynb",
      "untitled.txt",
    ]);
    expect((await it.ask("DELETE", "/api/contents/Untitled%20Folder")).status).toBe(204);
    expect((await it.ask("DELETE", "/api/contents/sub/b.txt")).status).toBe(204);
    expect((await it.ask("DELETE", "/api/contents/sub/b.txt")).status).toBe(404);
    await it.api.openNotebook({ path: "sub/u.ipynb" });
    expect(await it.ask("DELETE", "/api/contents/sub")).toMatchObject({
      status: 409,
      body: { code: "notebook-open" },
    });
    expect((await it.ask("DELETE", "/api/contents/sub/u.ipynb")).status).toBe(204);
    expect((await it.ask("DELETE", "/api/contents/sub")).status).toBe(204);
    expect(existsSync(join(it.folder, "sub"))).toBe(false);
    expect((await it.ask("DELETE", "/api/contents/")).status).toBe(400);
  });

  test("come in pieces, and are there when they are whole", async () => {
    const it = await aJupyterBench();
    const piece = (chunk: number, text: string) =>
      it.ask("PUT", "/api/contents/big.bin", {
        ...{ type: "file", format: "base64", chunk, content: Buffer.from(text).toString("base64") },
      });
    expect(await piece(2, "x")).toMatchObject({ status: 400 });
    expect(await piece(1, "one ")).toMatchObject({ status: 201 });
    expect(existsSync(join(it.folder, "big.bin"))).toBe(false);
    expect(await piece(3, "three")).toMatchObject({ status: 400 });
    await piece(2, "two ");
    expect(await piece(-1, "three")).toMatchObject({ body: { size: 13 } });
    expect(readFileSync(join(it.folder, "big.bin"), "utf8")).toBe("one two three");
    expect(readdirSync(it.folder)).toEqual(["big.bin"]);
  });
});
