import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { displayName, localParty, userNameIn } from "./local-identity.ts";

describe("git's user.name", () => {
  test.each([
    ["[user]\n\tname = Ana Mora\n\temail = a@b.c\n", "Ana Mora"],
    ['[core]\n name = no\n[User]\n name = "Ana # \\"A\\" Mora" ; me\n', 'Ana # "A" Mora'],
    ["[user] name = Ana\r\n", "Ana"],
    ["[user]\nname = Old\n[user]\nname = New # newest\n", "New"],
    ['[user "work"]\nname = Ana\n', undefined],
    ["[user]\nname =\n", undefined],
    ["", undefined],
  ])("in %j is %j", (config, expected) => {
    expect(userNameIn(config)).toBe(expected);
  });
});

describe("the local person", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "loopbook-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test("is called as in the global git configuration", () => {
    writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Ana\n");
    expect(localParty("cli", { HOME: home })).toEqual({
      kind: "person",
      who: "local",
      using: "cli",
      displayName: "Ana",
    });
  });

  test("is called as LOOPBOOK_NAME says before anything else, cut to a bearable length", () => {
    writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Ana\n");
    expect(displayName({ HOME: home, LOOPBOOK_NAME: "B".repeat(500) })).toBe("B".repeat(80));
  });

  test("has a name also where git has none", () => {
    expect(displayName({ HOME: home })).not.toBe("");
  });
});
