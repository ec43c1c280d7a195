import { describe, expect, it } from "vitest";
import { filesBelow, isTest, readSource } from "../../scripts/lib/source-files.ts";

const LONGEST = 400;
const sources = filesBelow("src").map(readSource);
const everything = [
  ...sources,
  ...["tests", "scripts", "bench"].flatMap((folder) => filesBelow(folder)).map(readSource),
];
const paths = (found: readonly { readonly path: string }[]): readonly string[] =>
  found.map(({ path }) => path);

describe("every source file", () => {
  it(`has at most ${LONGEST} lines`, () => {
    const long = everything.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > LONGEST)).toEqual([]);
  });

  it("has a kebab-case name", () => {
    const odd = everything.filter(
      ({ path }) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.tsx?$/.test(path.split("/").at(-1) ?? ""),
    );
    expect(paths(odd)).toEqual([]);
  });

  it("is in no folder that says nothing", () => {
    const vague = everything.filter(({ path }) =>
      /(^|\/)(helpers?|common|misc|utils|shared|managers?)(\/|[-.])/.test(path),
    );
    expect(paths(vague)).toEqual([]);
  });

  it("exports by name", () => {
    const broken = sources.filter(
      ({ code, path }) => /(^|\n)\s*export\s+default\b/.test(code) && !path.endsWith("vite.config.ts"),
    );
    expect(paths(broken)).toEqual([]);
  });

  it("does without `any`, `enum`, namespaces and silenced checks", () => {
    const banned =
      /(:|<|\bas)\s*any\b(?!\w)|(^|\n)\s*(export\s+)?(const\s+)?enum\s|(^|\n)\s*(export\s+)?namespace\s/;
    expect(paths(everything.filter(({ code }) => banned.test(withoutStrings(code))))).toEqual([]);
    const silenced = everything.filter(
      ({ path, text }) => /@ts-(ignore|nocheck)/.test(text) && !path.endsWith("source-rules.test.ts"),
    );
    expect(paths(silenced)).toEqual([]);
  });
});

describe("tests", () => {
  it("are not left out or alone by mistake", () => {
    const marked = everything.filter(
      ({ path, code }) => isTest(path) && /\b(it|test|describe)\.only\(/.test(withoutStrings(code)),
    );
    expect(paths(marked)).toEqual([]);
  });
});

function withoutStrings(code: string): string {
  return code.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g, '""');
}
