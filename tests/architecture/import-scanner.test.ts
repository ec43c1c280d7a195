import { describe, expect, it } from "vitest";
import { importsOf, withoutComments } from "../../scripts/lib/source-files.ts";

const importsIn = (text: string) =>
  importsOf({ path: "src/a/b.ts", text, code: withoutComments(text) }).map(
    ({ target, typesOnly, dynamic }) => ({
      target,
      typesOnly,
      dynamic,
    }),
  );
const value = (target: string) => ({ target, typesOnly: false, dynamic: false });
const types = (target: string) => ({ target, typesOnly: true, dynamic: false });

describe("the import scanner", () => {
  it("tells values from types", () => {
    expect(importsIn('import { a } from "../c/d.ts";')).toEqual([value("src/c/d.ts")]);
    expect(importsIn('import type { A } from "../c/d.ts";')).toEqual([types("src/c/d.ts")]);
    expect(importsIn('import { type A, type B } from "./d.ts";')).toEqual([types("src/a/d.ts")]);
    expect(importsIn('import { type A, b } from "./d.ts";')).toEqual([value("src/a/d.ts")]);
  });

  it("sees defaults, namespaces, side effects, re-exports and several lines", () => {
    expect(importsIn('import x, { type A } from "./d.ts";')).toEqual([value("src/a/d.ts")]);
    expect(importsIn('import * as Y from "yjs";')).toEqual([value("yjs")]);
    expect(importsIn('import type * as Y from "yjs";')).toEqual([types("yjs")]);
    expect(importsIn('import "./d.css";')).toEqual([value("src/a/d.css")]);
    expect(importsIn('export { a } from "./d.ts";\nexport * from "./e.ts";')).toEqual([
      value("src/a/d.ts"),
      value("src/a/e.ts"),
    ]);
    expect(importsIn('import {\n  a,\n  b,\n} from "./d.ts";')).toEqual([value("src/a/d.ts")]);
  });

  it("sees what is loaded when needed", () => {
    expect(importsIn('const m = await import("./d.ts");')).toEqual([
      { target: "src/a/d.ts", typesOnly: false, dynamic: true },
    ]);
  });

  it("is not led astray by comments and strings", () => {
    expect(
      importsIn(
        '// import { a } from "./d.ts";\n/* import "./e.ts" */\nconst url = "http://x"; import "./f.ts";',
      ),
    ).toEqual([]);
    expect(withoutComments('const a = "// no comment"; // a comment')).toBe(
      'const a = "// no comment";             ',
    );
    expect(withoutComments("const r = /[/*]/; const s = 1; // x").includes("const s = 1;")).toBe(true);
  });
});
