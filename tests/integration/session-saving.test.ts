import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { CodeCell, Notebook } from "../../src/nbformat/notebook.ts";
import { ana, codeCell, notebookOf, type OpenSession, openSession } from "./session-support.ts";

let open: OpenSession | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const onDisk = async (path: string): Promise<Notebook> =>
  JSON.parse(await readFile(path, "utf8")) as Notebook;
const outputsOnDisk = async (path: string): Promise<CodeCell["outputs"]> =>
  ((await onDisk(path)).cells[0] as CodeCell).outputs;

test("a pipeline that writes without end is on disk within seconds, and the file is whole at every moment", async () => {
  open = await openSession(
    notebookOf([
      codeCell("train", "import time\nwhile True:\n    print('x' * 1000, flush=True); time.sleep(0.02)"),
    ]),
  );
  const { path, session } = open;
  const train = open.run("train");
  const seen = new Set<number>();
  const endMs = performance.now() + 12_000;
  while (seen.size < 2 && performance.now() < endMs) {
    // Throws when a reader ever finds half a file.
    seen.add(JSON.stringify(await outputsOnDisk(path)).length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen.size).toBe(2);
  await session.interrupt(ana);
  await train;
  expect(await session.save()).toMatchObject({ type: "saved" });
  expect((await outputsOnDisk(path)).at(-1)).toMatchObject({ ename: "KeyboardInterrupt" });
  expect(await readdir(dirname(path))).toEqual(["nb.ipynb"]);
}, 30_000);

test("a process killed while it saves leaves a whole file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "loopbook-kill-"));
  try {
    for (const delayMs of [40, 90, 140]) {
      const path = join(folder, "nb.ipynb");
      const saver = spawn(
        process.execPath,
        [join(import.meta.dirname, "fixtures/save-without-end.ts"), path],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      await once(saver.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      saver.kill("SIGKILL");
      await once(saver, "exit");
      expect((await onDisk(path)).cells).toHaveLength(200);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
