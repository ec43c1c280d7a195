/** `loopbook zip`, `unzip`, `export` and `publish`, over real processes. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rawZip } from "./archive-support.ts";
import { CliFolder } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
  folder.notebook("train.ipynb", [{ source: "# Title", type: "markdown" }, { source: "x = 1" }]);
  mkdirSync(folder.file("data"));
  folder.write("data/a.csv", "a,b\n");
  folder.write("data/.hidden", "h");
});
afterAll(() => folder.remove());

test("zip packs what is named, and unzip unpacks it where nothing is in its way", async () => {
  const packed = await folder.run(["zip", "data", "train.ipynb", "-o", "all.zip"]);
  expect([packed.code, packed.stdout, packed.stderr]).toEqual([0, "all.zip\n", "2 files\n"]);
  expect((await folder.run(["zip", "data", "-o", "all.zip"])).stderr).toContain("is there already");
  const plan = await folder.json<{ files: number; clashes: unknown[] }>([
    "unzip",
    "all.zip",
    "out",
    "--list",
  ]);
  expect(plan).toMatchObject({ files: 2, clashes: [] });
  expect(folder.exists("out")).toBe(false);
  expect((await folder.run(["unzip", "all.zip", "out"])).stdout.split("\n").sort()).toEqual([
    "",
    "data/a.csv",
    "train.ipynb",
  ]);
  const again = await folder.run(["unzip", "all.zip", "out"]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is here already")]);
  expect((await folder.run(["unzip", "all.zip", "out", "--on-clash", "keep-both"])).code).toBe(0);
  expect(folder.exists("out/data/a 2.csv")).toBe(true);
  writeFileSync(folder.file("evil.zip"), rawZip([{ name: "../up.txt", data: "x" }]));
  const evil = await folder.run(["unzip", "evil.zip", "out"]);
  expect([evil.code, evil.stderr]).toEqual([1, expect.stringContaining("Nothing was written")]);
});

test("export writes each form, and publish gives an address that a reader without a token can open", async () => {
  expect((await folder.run(["export", "train.ipynb"])).stdout).toBe("train.html\n");
  expect(readFileSync(folder.file("train.html"), "utf8")).toContain("<title>Title</title>");
  expect((await folder.run(["export", "train.ipynb", "-o", "-", "--to", "script"])).stdout).toContain(
    "# %%\nx = 1",
  );
  expect((await folder.run(["export", "train.ipynb", "-o", "r.md", "--no-source"])).stdout).toBe("r.md\n");
  expect(readFileSync(folder.file("r.md"), "utf8")).toBe("# Title\n\n");
  const noBrowser = await folder.run(["export", "train.ipynb", "--to", "pdf"], {
    env: { LOOPBOOK_CHROMIUM: "/nowhere" },
  });
  expect([noBrowser.code, noBrowser.stderr]).toEqual([1, expect.stringContaining("LOOPBOOK_CHROMIUM")]);

  const server = folder.start(["up", "--foreground", "--port", "0"]);
  await server.says("http://");
  const { address, id } = await folder.json<{ address: string; id: string }>([
    "publish",
    "train.ipynb",
    "--no-source",
  ]);
  expect(await (await fetch(address)).text()).toContain("<title>Title</title>");
  expect((await folder.run(["publish", "--list"])).stdout).toContain(id);
  expect((await folder.run(["mv", "train.ipynb", "other.ipynb"])).code).toBe(0);
  expect((await fetch(address)).status).toBe(200);
  expect((await folder.run(["publish", "--revoke", id])).stdout).toBe("Taken back.\n");
  expect((await fetch(address)).status).toBe(404);
});
