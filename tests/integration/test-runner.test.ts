/** What `npm test` says of a run: a test that needed two tries passes, and is named. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { countsOf } = createRequire(import.meta.url)("../../scripts/lib/test-suites.cjs") as {
  countsOf(
    report: unknown,
    code: number,
  ): { passed: number; failed: number; skipped: number; secondTries: string[] };
};

test("a test that passed at the second try only is named; one that failed twice fails", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "loopbook-runner-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    path.join(folder, "vitest.config.mjs"),
    "export default { test: { globals: true, retry: 1 } };",
  );
  writeFileSync(
    path.join(folder, "some.test.js"),
    [
      "let tries = 0;",
      'test("steady", () => undefined);',
      'test("shaky", () => { tries += 1; expect(tries).toBe(2); });',
      'test("broken", () => expect(1).toBe(2));',
      'test.skip("left out", () => undefined);',
    ].join("\n"),
  );
  const report = path.join(folder, "report.json");
  const code = await new Promise<number>((resolve) => {
    const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
    const child = execFile(
      process.execPath,
      [vitest, "run", "--root", folder, "--reporter=json", `--outputFile.json=${report}`],
      () => resolve(child.exitCode ?? 1),
    );
  });
  expect(code).toBe(1);
  const file = path.relative(root, path.join(folder, "some.test.js"));
  expect(countsOf(JSON.parse(readFileSync(report, "utf8")), code)).toEqual({
    passed: 2,
    failed: 1,
    skipped: 1,
    secondTries: [`${file}: shaky`],
  });
});
