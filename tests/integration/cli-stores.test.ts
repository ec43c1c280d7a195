/** Notebooks behind addresses: from HTTP servers, from stores that others write, and what is said when there is none. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, notebookText, printedBy, type TestNotebook } from "./cli-support.ts";
import { aKeepingServer, type KeepingServer, PLUG_IN } from "./store-support.ts";

let folder: CliFolder;
let server: KeepingServer;
beforeAll(async () => {
  folder = new CliFolder();
  server = await aKeepingServer();
});
afterAll(async () => {
  await folder.remove();
  await server.close();
});

const text = notebookText([{ source: "lr = 0.1", tags: ["parameters"] }, { source: "print('lr is', lr)" }]);
const kept = (path: string): TestNotebook => JSON.parse(server.kept.get(path) ?? "null") as TestNotebook;

describe("http", () => {
  test("reads by GET and writes by PUT: at the start and at the end; parameters come from there, too", async () => {
    server.kept.set("/in.ipynb", text);
    server.kept.set("/p.yaml", "lr: 0.5\n");
    const address = server.url.replace("//", "//ana:p%40ss@");
    const { code, stderr } = await folder.run([
      ...["run", `${server.url}/in.ipynb`, `${address}/out_{lr}.ipynb`],
      ...["-f", `${server.url}/p.yaml`],
    ]);
    expect(code, stderr).toBe(0);
    expect(printedBy(kept("/out_0.5.ipynb"))).toBe("lr is 0.5\n");
    const basic = `Basic ${Buffer.from("ana:p@ss").toString("base64")}`;
    const puts = server.asked.filter((ask) => ask.startsWith("PUT"));
    expect(puts).toEqual([`PUT /out_0.5.ipynb ${basic}`, `PUT /out_0.5.ipynb ${basic}`]);
    expect(stderr).toContain(`${server.url}/out_0.5.ipynb`);
    expect(stderr).not.toContain("p%40ss");
  });

  test("a failed last copy is tried again", async () => {
    server.kept.set("/in.ipynb", text);
    const run = folder.start(["run", "-", `${server.url}/again.ipynb`, "--json"], {
      input: notebookText([{ source: "import time; time.sleep(1.5); print('done')" }]),
    });
    await run.says('"running"');
    server.refuse(2, 503);
    expect((await run.ended).code).toBe(0);
    expect(printedBy(kept("/again.ipynb"))).toBe("done\n");
  });

  test("what cannot be read or written is one line, before anything runs", async () => {
    const none = await folder.run(["run", `${server.url}/none.ipynb?sig=secret`, "out.ipynb"]);
    expect(none).toMatchObject({ code: 1, stderr: `error: ${server.url}/none.ipynb does not exist.\n` });
    server.refuse(1, 403);
    server.kept.set("/in.ipynb", text);
    const refused = await folder.run(["run", `${server.url}/in.ipynb`, `${server.url}/no.ipynb`]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("/no.ipynb could not be written: the server answered 403 Forbidden.");
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("--inspect and --prepare-only work on addresses", async () => {
    server.kept.set("/in.ipynb", text);
    expect((await folder.run(["run", `${server.url}/in.ipynb`, "--inspect"])).stdout).toContain("lr: float");
    const args = ["run", `${server.url}/in.ipynb`, `${server.url}/ready.ipynb`, "-p", "lr", "3"];
    expect((await folder.run([...args, "--prepare-only"])).code).toBe(0);
    expect(server.kept.get("/ready.ipynb")).toContain("injected-parameters");
  });
});

test("file:// is a path", async () => {
  const input = pathToFileURL(folder.notebook("file in.ipynb", [{ source: "print(7)" }])).href;
  const { code } = await folder.run(["run", input, pathToFileURL(folder.file("file out.ipynb")).href]);
  expect(code).toBe(0);
  expect(printedBy(folder.read("file out.ipynb"))).toBe("7\n");
});

describe("a store that others write", () => {
  const objects = () => folder.file("objects");
  const env = () => ({ OBJECTS: objects() });
  const object = (name: string) => JSON.parse(readFileSync(`${objects()}/${name}`, "utf8")) as TestNotebook;
  beforeAll(() => {
    const packageFolder = folder.file("node_modules/loopbook-store-demo");
    for (const made of [packageFolder, folder.file("objects/bucket"), folder.file(".loopbook")])
      mkdirSync(made, { recursive: true });
    writeFileSync(`${packageFolder}/index.js`, PLUG_IN);
    writeFileSync(
      `${packageFolder}/package.json`,
      JSON.stringify({ name: "loopbook-store-demo", type: "module", exports: "./index.js" }),
    );
    folder.write("our-store.mjs", PLUG_IN);
    folder.write(".loopbook/settings.json", JSON.stringify({ stores: { ours: "./our-store.mjs" } }));
    writeFileSync(`${objects()}/bucket/in.ipynb`, text);
  });

  test.each(["demo", "ours"])(
    "%s:// is found: as a package of the folder, or by its settings",
    async (scheme) => {
      const out = `out-${scheme}.ipynb`;
      const args = ["run", `${scheme}://bucket/in.ipynb`, `${scheme}://bucket/${out}`, "-p", "lr", "2"];
      const { code, stderr } = await folder.run([...args, "--cwd", "objects"], { env: env() });
      expect(code, stderr).toBe(0);
      expect(printedBy(object(`bucket/${out}`))).toBe("lr is 2.0\n");
      const [newest] = await folder.json<{ id: string; outputPath: string }[]>(["runs"]);
      expect(newest?.outputPath).toBe(`${scheme}://bucket/${out}`);
    },
  );

  test("a failing run leaves its notebook there; resumed, it is written there again", async () => {
    const failing = notebookText([{ source: "print('before')" }, { source: "1 / 0" }]);
    writeFileSync(`${objects()}/bucket/fails.ipynb`, failing);
    const args = ["run", "demo://bucket/fails.ipynb", "demo://bucket/failed.ipynb"];
    expect((await folder.run(args, { env: env() })).code).toBe(1);
    expect(printedBy(object("bucket/failed.ipynb"))).toBe("before\n");
    const mended = object("bucket/failed.ipynb");
    const cells = mended.cells.map((cell) =>
      cell.source.includes("1 / 0") ? { ...cell, source: "print('mended')" } : cell,
    );
    writeFileSync(`${objects()}/bucket/failed.ipynb`, JSON.stringify({ ...mended, cells }));
    const [newest] = await folder.json<{ id: string }[]>(["runs"]);
    const resumed = await folder.run(["resume", newest?.id ?? ""], { env: env() });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(printedBy(object("bucket/failed.ipynb"))).toBe("before\nmended\n");
  });

  test("in place, and left with the local server", async () => {
    writeFileSync(`${objects()}/bucket/place.ipynb`, text);
    const args = ["run", "demo://bucket/place.ipynb", "--in-place"];
    expect((await folder.run(args, { env: env() })).code).toBe(0);
    expect(printedBy(object("bucket/place.ipynb"))).toBe("lr is 0.1\n");
    const detached = ["run", "demo://bucket/in.ipynb", "demo://bucket/detached.ipynb", "--detach"];
    const { code, stderr } = await folder.run(detached, { env: env() });
    expect(code, stderr).toBe(0);
    await expect
      .poll(() => printedBy(object("bucket/detached.ipynb")), { timeout: 30_000 })
      .toBe("lr is 0.1\n");
  });

  test("one that refuses to write is told in its own words", async () => {
    const args = ["run", "demo://bucket/in.ipynb", "demo://forbidden/out.ipynb"];
    const { code, stderr } = await folder.run(args, { env: env() });
    expect(code).toBe(2);
    expect(stderr).toContain("demo://forbidden/out.ipynb could not be written: 403 no such right.");
  });

  test("one that is broken, and one that is not there, are told with what to do", async () => {
    folder.write(
      ".loopbook/settings.json",
      JSON.stringify({ stores: { ours: "./our-store.mjs", half: "./half.mjs", gone: "./gone.mjs" } }),
    );
    folder.write("half.mjs", "export const read = () => null;\n");
    const said = async (scheme: string) =>
      (await folder.run(["run", `${scheme}://b/in.ipynb`, "o.ipynb"])).stderr;
    expect(await said("half")).toContain("has to export the functions read, write and exists");
    expect(await said("gone")).toContain("names ./gone.mjs as the store for gone://, and it is not there");
    expect(await said("s3")).toBe(
      'error: There is no store for s3:// addresses. Install one (npm install loopbook-store-s3), or name a module under "stores" in .loopbook/settings.json.\n',
    );
  });
});
