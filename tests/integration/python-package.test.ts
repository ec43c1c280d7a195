/** The Python package's own tests, against the command as it is here. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, PYTHON, ROOT } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

test.each(["test_values", "test_live", "test_spool", "test_sender", "test_people", "test_server"])(
  "%s",
  { timeout: 180_000 },
  async (module) => {
    const tests = join(ROOT, "python/tests");
    const env = folder.env({
      LOOPBOOK_COMMAND: `'${process.execPath}' '${folder.cli}'`,
      PYTHONPATH: `${join(ROOT, "python/src")}:${tests}`,
      PYTHONDONTWRITEBYTECODE: "1",
    });
    const ended = await new Promise<{ readonly failed: boolean; readonly said: string }>((resolve) => {
      const args = ["-W", "error", "-m", "unittest", "-v", module];
      execFile(PYTHON, args, { cwd: folder.path, env, timeout: 170_000 }, (error, stdout, stderr) =>
        resolve({ failed: error !== null, said: stdout + stderr }),
      );
    });
    expect(ended.failed, ended.said).toBe(false);
    expect(ended.said).toMatch(/^OK/m);
  },
);
