/** How often an address is written, and that the last state always gets there. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NotebookSession, SessionEvent } from "../usecases/notebook-session.ts";
import { Emitter } from "../util/emitter.ts";
import { silentLogger } from "../util/logger.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { MIRROR_EVERY_MS, OutputMirror } from "./run-output-mirror.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-mirror-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function aMirror() {
  const path = join(folder, "out.ipynb");
  const events = new Emitter<SessionEvent>();
  const session = { path, on: events.on.bind(events) } as unknown as NotebookSession;
  const clock = new ManualClock();
  const written: string[] = [];
  let refusals = 0;
  const target = {
    address: "s3://bucket/out.ipynb",
    async write(bytes: Uint8Array) {
      if (refusals-- > 0) throw new Error("busy");
      written.push(Buffer.from(bytes).toString("utf8"));
    },
  };
  const mirror = new OutputMirror({ session, target, clock, logger: silentLogger });
  return {
    mirror,
    clock,
    written,
    refuse: (times: number) => {
      refusals = times;
    },
    async save(text: string) {
      await writeFile(path, text);
      events.emit({ type: "save", save: { type: "saved", atMs: clock.now() } });
    },
    /** Files are read meanwhile, which takes the time that it takes. */
    async pass(ms: number) {
      await clock.pass(ms);
      for (let turns = 0; turns < 20; turns++) await settled();
    },
  };
}

test("once at the start, then the newest at a bounded rate, and the last for certain", async () => {
  const { mirror, written, save, pass } = await aMirror();
  await save("0");
  await mirror.begin();
  for (const text of ["1", "2", "3"]) {
    await save(text);
    await pass(1_000);
  }
  expect(written).toEqual(["0"]);
  await pass(MIRROR_EVERY_MS);
  await expect.poll(() => written).toEqual(["0", "3"]);
  await pass(3 * MIRROR_EVERY_MS);
  expect(written).toEqual(["0", "3"]);
  await save("4");
  expect(await mirror.finish()).toBe(null);
  expect(written).toEqual(["0", "3", "4"]);
});

test("a store that is busy is asked again; one that stays so is told with where the notebook is", async () => {
  const { mirror, written, save, clock, refuse, pass } = await aMirror();
  await save("0");
  await mirror.begin();
  refuse(Number.POSITIVE_INFINITY);
  let said: string | null | undefined;
  void mirror.finish().then((reason) => {
    said = reason;
  });
  await expect
    .poll(async () => {
      await clock.pass(60_000);
      return said;
    })
    .toMatch(/^busy The executed notebook is kept at .*out\.ipynb\.$/);
  await pass(0);
  expect(written).toEqual(["0"]);
});

test("one that cannot be written at the start ends the run before it begins, and is left alone then", async () => {
  const { mirror, written, save, refuse } = await aMirror();
  await save("0");
  refuse(1);
  await expect(mirror.begin()).rejects.toMatchObject({ code: "output-unwritable", exitCode: 2 });
  mirror.abandon();
  expect(await mirror.finish()).toBe(null);
  expect(written).toEqual([]);
});
