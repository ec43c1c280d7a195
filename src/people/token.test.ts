import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createToken, keptToken } from "./token.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "loopbook-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("no two tokens are the same", () => {
  const tokens = new Set(Array.from({ length: 200 }, createToken));
  expect(tokens.size).toBe(200);
  for (const token of tokens) expect(token).toMatch(/^[0-9a-z]{40}$/);
});

test("a kept token stays the same and is readable by its owner only", () => {
  const file = join(aFolder(), "deeper", "token");
  const token = keptToken(file);
  expect(keptToken(file)).toBe(token);
  expect(readFileSync(file, "utf8")).toBe(`${token}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a kept token that others could read is closed again", () => {
  const file = join(aFolder(), "token");
  const token = createToken();
  writeFileSync(file, token, { mode: 0o644 });
  expect(keptToken(file)).toBe(token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a damaged file is told, not trusted", () => {
  const file = join(aFolder(), "token");
  writeFileSync(file, "short");
  expect(() => keptToken(file)).toThrow(/Delete that file/);
});
