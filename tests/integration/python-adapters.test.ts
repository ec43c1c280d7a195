/** The adapters of the Python package, each against the real library. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PYTHON, ROOT } from "./cli-support.ts";

test("adapters of light libraries", { timeout: 240_000 }, async () => {
  const tests = join(ROOT, "python/tests");
  const env = {
    ...process.env,
    PYTHONPATH: `${join(ROOT, "python/src")}:${tests}`,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const ended = await new Promise<{ readonly failed: boolean; readonly said: string }>((resolve) => {
    execFile(
      PYTHON,
      ["-m", "unittest", "-v", "test_adapters"],
      { env, timeout: 230_000 },
      (error, out, err) => resolve({ failed: error !== null, said: out + err }),
    );
  });
  expect(ended.failed, ended.said).toBe(false);
});
