/** `loopbook get --follow`: values as they change, on a file that nobody has open and on a live notebook alike. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, type Running, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const cells = [{ source: "lr = 0.1\nlayers = [64, 32]", tags: ["parameters"] }, { source: "print(lr)" }];
const end = async (following: Running): Promise<number | null> => {
  following.process.kill("SIGTERM");
  return (await following.ended).code;
};

describe("on a closed file", () => {
  test("each change is a line: from `set`, from another program, and from one that writes in pieces", async () => {
    const path = folder.notebook("file.ipynb", cells);
    const following = folder.start(["get", "file.ipynb", "lr", "--follow"]);
    await following.says("0.1\n");
    expect((await folder.run(["set", "file.ipynb", "lr=0.2"])).code).toBe(0);
    await following.says("0.2\n");
    const text = readFileSync(path, "utf8");
    writeFileSync(`${path}.new`, text.replace("lr = 0.2", "lr = 0.3"));
    renameSync(`${path}.new`, path);
    await following.says("0.3\n");
    const whole = text.replace("lr = 0.2", "lr = 0.4");
    writeFileSync(path, whole.slice(0, 60));
    await new Promise((done) => setTimeout(done, 150));
    writeFileSync(path, whole);
    await following.says("0.4\n");
    // Another value changes, and outputs: no line.
    expect((await folder.run(["set", "file.ipynb", "layers=[1]"])).code).toBe(0);
    expect((await folder.run(["set", "file.ipynb", "lr=0.5"])).code).toBe(0);
    await following.says("0.5\n");
    expect(await end(following)).toBe(0);
    expect(following.stdout()).toBe("0.1\n0.2\n0.3\n0.4\n0.5\n");
    expect(following.stderr()).toBe("");
  });

  test("as JSON, several names at once", async () => {
    folder.notebook("json.ipynb", cells);
    const following = folder.start(["get", "json.ipynb", "lr", "layers", "--follow", "--json"]);
    await following.says("}\n");
    expect((await folder.run(["set", "json.ipynb", "lr=1", "layers=[8]"])).code).toBe(0);
    await following.says('"lr":1,');
    await end(following);
    expect(following.stdout()).toBe('{"lr":0.1,"layers":[64,32]}\n{"lr":1,"layers":[8]}\n');
  });

  test("a name that there is not ends it at once with a line", async () => {
    folder.notebook("none.ipynb", cells);
    const { code, stderr } = await folder.run(["get", "none.ipynb", "lrr", "--follow"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("Did you mean lr?") });
  });
});

test("from the file to the live document of a run and back, without a gap", async () => {
  folder.notebook("live.ipynb", [...cells, { source: "print('go')", tags: ["hold"] }]);
  const following = folder.start(["get", "live.ipynb", "lr", "--follow"]);
  await following.says("0.1\n");
  const run = folder.start(["run", "live.ipynb", "--in-place"]);
  await run.says("holds:");
  expect((await folder.run(["set", "live.ipynb", "lr=0.2"])).code).toBe(0);
  await following.says("0.2\n");
  expect((await folder.run(["approve"])).code).toBe(0);
  expect((await run.ended).code).toBe(0);
  await until(
    () => readFileSync(folder.file("live.ipynb"), "utf8").includes("lr = 0.2"),
    () => "the saved file",
  );
  expect((await folder.run(["set", "live.ipynb", "lr=0.3"])).code).toBe(0);
  await following.says("0.3\n");
  expect(await end(following)).toBe(0);
  expect(following.stdout()).toBe("0.1\n0.2\n0.3\n");
});
