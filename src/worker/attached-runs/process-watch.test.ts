import { expect, test } from "vitest";
import { ManualClock } from "../manual-clock.ts";
import { ProcessWatch } from "./process-watch.ts";

async function told(language: string, quietMs: number): Promise<{ silent: boolean; gone: string | null }> {
  const clock = new ManualClock();
  const found: { silent: boolean; gone: string | null } = { silent: false, gone: null };
  const writer = { id: "w", rank: 0, pid: 0, host: "far", language, identity: null, ended: false };
  const watch = new ProcessWatch({
    clock,
    leader: () => writer,
    seenAtMs: () => 0,
    onSilent: (since) => {
      found.silent = since !== null;
    },
    onGone: (why) => {
      found.gone ??= why;
    },
  });
  watch.start();
  await clock.pass(quietMs);
  watch.stop();
  return found;
}

test("a process that tells that it lives is silent after seconds, and gone after a minute", async () => {
  expect(await told("python", 9_000)).toEqual({ silent: false, gone: null });
  expect(await told("python", 11_000)).toEqual({ silent: true, gone: null });
  expect((await told("python", 61_000)).gone).toMatch(/^No word of process 0 on far for 60 s/);
});

test.each(["mlflow", "otlp"])("one of %s, which speaks seldom, has ten minutes", async (language) => {
  expect(await told(language, 80_000)).toEqual({ silent: false, gone: null });
  expect(await told(language, 595_000)).toEqual({ silent: true, gone: null });
  expect((await told(language, 601_000)).gone).toMatch(/ for 600 s/);
});
