import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allCommands, wholeProgram } from "../../scripts/lib/docs/cli-page.ts";
import { errorFacts } from "../../scripts/lib/docs/errors-page.ts";
import { routes } from "../../scripts/lib/docs/http-page.ts";
import { callArguments, messageText } from "../../scripts/lib/docs/read-call.ts";
import { referencePages } from "../../scripts/lib/docs/reference-pages.ts";
import { filesBelow, isTest, readSource, root } from "../../scripts/lib/source-files.ts";

const page = (name: string): string => readFileSync(path.join(root, "docs/reference", name), "utf8");

describe("the reference pages", () => {
  it("are what the sources say (else: npm run docs)", async () => {
    for (const [file, text] of await referencePages())
      expect(readFileSync(path.join(root, file), "utf8"), file).toBe(text);
  });

  it("name every command and option", async () => {
    const text = page("cli.md");
    const missing = allCommands(await wholeProgram()).flatMap((command) =>
      [command.name(), ...command.options.flatMap((option) => [option.long, option.short])].filter(
        (word) => word && !text.includes(word),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("name every route, and there is no route that needs no right", () => {
    const found = routes();
    expect(found.length).toBeGreaterThan(10);
    const text = page("http.md");
    expect(found.filter(({ method, path }) => !text.includes(`## ${method} ${path}\n`))).toEqual([]);
    expect(found.filter(({ needs }) => needs === null)).toEqual([]);
  });

  it("name every error code that is written in the sources", () => {
    const known = new Set(errorFacts().map(({ code }) => code));
    const written = filesBelow("src")
      .filter((file) => !isTest(file) && !file.startsWith("src/web/"))
      .flatMap((file) =>
        [...readSource(file).code.matchAll(/new LoopbookError\(\s*"([^"]+)"/g)].map(([, code]) => code),
      );
    expect(written.filter((code) => !known.has(code ?? ""))).toEqual([]);
  });
});

describe("the reader of calls", () => {
  it("splits arguments at their own commas", () => {
    expect(callArguments(`f("a, b", \`c \${g(1, 2)}\`, { d: [1, 2] })`, 1)).toEqual([
      '"a, b"',
      `\`c \${g(1, 2)}\``,
      "{ d: [1, 2] }",
    ]);
  });

  it("makes a sentence of a message", () => {
    expect(messageText(`\`No \${name} in \${f("}")}.\` + " Try again."`)).toBe("No … in …. Try again.");
    expect(messageText("message")).toBe(null);
  });
});
