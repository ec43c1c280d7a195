import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../util/json.ts";
import { python } from "./literals/python.ts";
import {
  type LiteralLanguage,
  literalLanguageOf,
  parseLiteral,
  parseTypedValue,
  printLiteral,
} from "./literals.ts";

const finite = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
);
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  finite,
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
);
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe("a printed literal is read back", () => {
  for (const language of ["python", "julia", "scala", "javascript"] as const) {
    it(`in ${language}`, () => {
      fc.assert(
        fc.property(value, (original) => {
          expect(parseLiteral(language, printLiteral(language, original))).toEqual(original);
        }),
      );
    });
  }

  it("in R, where an empty dictionary is an empty list", () => {
    const withoutEmptyDictionaries = (node: JsonValue): JsonValue => {
      if (Array.isArray(node)) return node.map(withoutEmptyDictionaries);
      if (typeof node !== "object" || node === null) return node;
      const entries = Object.entries(node).map(
        ([key, item]) => [key, withoutEmptyDictionaries(item)] as const,
      );
      return entries.length === 0 ? [] : Object.fromEntries(entries);
    };
    fc.assert(
      fc.property(value, (original) => {
        expect(parseLiteral("r", printLiteral("r", original))).toEqual(withoutEmptyDictionaries(original));
      }),
    );
  });

  it("in bash, which has texts, numbers and flat lists", () => {
    const shellValue = fc.oneof(fc.boolean(), finite, fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(
        fc.oneof(shellValue, fc.array(shellValue)),
        fc.constantFrom('"', "'", undefined),
        (original, quote) => {
          const printed = printLiteral("bash", original, quote === undefined ? {} : { quote });
          expect(parseLiteral("bash", printed)).toEqual(original);
        },
      ),
    );
  });
});

describe("Python literals", () => {
  const cases: readonly [string, JsonValue][] = [
    ["None", null],
    ["True", true],
    ["1_000", 1000],
    ["0xff", 255],
    ["0b101", 5],
    ["0o17", 15],
    ["00", 0],
    ["-1", -1],
    ["- 1", -1],
    ["+.5", 0.5],
    ["1.", 1],
    ["1e-3", 0.001],
    ["1E5", 100000],
    ['float("nan")', Number.NaN],
    ["float('-inf')", Number.NEGATIVE_INFINITY],
    ["-float('inf')", Number.NEGATIVE_INFINITY],
    ["'it''s'", "its"],
    [String.raw`"a\tb\x41\u00e9"`, "a\tbAé"],
    [String.raw`r"\d+\""`, String.raw`\d+\"`],
    [String.raw`"\d"`, String.raw`\d`],
    ['u"x"', "x"],
    ['"""two\nlines"""', "two\nlines"],
    ["'''a'b'''", "a'b"],
    ["'one' \"two\"", "onetwo"],
    ["('one'\n 'two')", "onetwo"],
    ["['a'\n 'b', 'c']", ["ab", "c"]],
    ["(1)", 1],
    ["(1,)", [1]],
    ["()", []],
    ["64, 32", [64, 32]],
    ["64,", [64]],
    ["(1, 2)", [1, 2]],
    ["{1, 2}", [1, 2]],
    ["{}", {}],
    ["{'a': 1, \"b\": [True, None],}", { a: 1, b: [true, null] }],
    ["{1: 'a', 2.0: 'b', True: 'c'}", { "1": "a", "2.0": "b", true: "c" }],
    ["[1, # one\n 2, # two\n]", [1, 2]],
    ["[\n  64,\n  32\n]  # layers", [64, 32]],
    ["'ä 数 😀'", "ä 数 😀"],
    [String.raw`'\U0001F600'`, "😀"],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(parseLiteral("python", text)).toEqual(expected);
    });
  }

  const refused: readonly [string, RegExp][] = [
    ["", /value is missing/],
    ["adam", /adam is a name, not a value \(column 1\)/],
    ["f'{x}'", /computed, not literal/],
    ["b'x'", /bytes/],
    ["1 + 1", /something follows the value/],
    ["__import__('os').system('rm')", /__import__ is a name/],
    ["[1, 2", /bracket is not closed/],
    ["[1 2]", /comma or \] is missing/],
    ["{'a': 1, 2}", /colon is missing/],
    ["{[1]: 2}", /can be keys/],
    ["'open", /not closed/],
    ["'open\n'", /not closed on its line/],
    ["007", /007 is not a number/],
    ["3j", /3j is not a number/],
    ["1f0", /not a number/],
    ["-'a'", /only a number can have a sign/],
    ["12345678901234567890", /2\^53/],
    ["[1,\n 2,\n x]", /line 3, column 2/],
    ["'a'\n'b'", /something follows/],
    ["[".repeat(100_000), /nested too deeply/],
  ];
  for (const [text, reason] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(() => parseLiteral("python", text)).toThrow(
        expect.objectContaining({ code: "not-a-literal", message: expect.stringMatching(reason) }),
      );
    });
  }

  it("prints in the place of a value as that was written", () => {
    const reprint = (old: string, now: JsonValue) => python.print(now, python.read(old, 0).form);
    expect(reprint("1.0", 2)).toBe("2.0");
    expect(reprint("1", 2)).toBe("2");
    expect(reprint("1", 0.5)).toBe("0.5");
    expect(reprint("'a'", "it's")).toBe(String.raw`'it\'s'`);
    expect(reprint("(1, 2)", [3])).toBe("(3,)");
    expect(reprint("{'a'}", ["b"])).toBe("{'b'}");
    expect(reprint("{'a'}", [])).toBe("[]");
    expect(reprint("{'a': 1}", { b: [1] })).toBe("{'b': [1]}");
  });
});

describe("other languages", () => {
  const cases: readonly [LiteralLanguage, string, JsonValue][] = [
    ["r", "c(1L, 2L)", [1, 2]],
    ["r", "list(a = 1, 'b c' = c(TRUE, NA))", { a: 1, "b c": [true, null] }],
    ["r", String.raw`r"(C:\path)"`, "C:\\path"],
    ["r", "-Inf", Number.NEGATIVE_INFINITY],
    ["julia", 'Dict("a" => [1, 2.5], "b" => nothing)', { a: [1, 2.5], b: null }],
    ["julia", "1f-3", 0.001],
    ["julia", "1_000", 1000],
    ["scala", 'Map("a" -> Seq(1L, 2L), "b" -> None)', { a: [1, 2], b: null }],
    ["scala", "1.5f", 1.5],
    ["scala", '"""raw \\n"""', "raw \\n"],
    ["javascript", "{ lr: 0.1, 'b': [1,] }", { lr: 0.1, b: [1] }],
    ["javascript", '{ ["a"]: [1] }', { a: [1] }],
    ["javascript", "`plain`", "plain"],
    ["javascript", "undefined", null],
    ["bash", "0.5", 0.5],
    ["bash", "'0.5'", "0.5"],
    ["bash", `it"'"s`, "it's"],
    ["bash", "007", "007"],
    ["bash", "(a 'b c' 3)", ["a", "b c", 3]],
    ["bash", String.raw`$'a\nb'`, "a\nb"],
  ];
  for (const [language, text, expected] of cases) {
    it(`reads ${language} ${JSON.stringify(text)}`, () => {
      expect(parseLiteral(language, text)).toEqual(expected);
    });
  }

  for (const [language, text] of [
    ["r", "seq(1, 10)"],
    ["julia", '"$x"'],
    ["scala", 's"$x"'],
    ["javascript", "`$" + "{x}`"],
    ["bash", "$HOME"],
    ["bash", '"$(rm x)"'],
    ["bash", "*.txt"],
  ] as const) {
    it(`refuses what ${language} would compute: ${text}`, () => {
      expect(() => parseLiteral(language, text)).toThrow(expect.objectContaining({ code: "not-a-literal" }));
    });
  }

  it("says so where a language has no literal for a value", () => {
    expect(() => printLiteral("bash", { a: 1 })).toThrow(expect.objectContaining({ code: "not-a-literal" }));
  });

  it("keeps the kind of number and list that stood there", () => {
    expect(printLiteral("r", 3, { suffix: "L" })).toBe("3L");
    expect(printLiteral("r", [1, 2], { container: "c" })).toBe("c(1, 2)");
    expect(printLiteral("r", [1, "a"], { container: "c" })).toBe('list(1, "a")');
    expect(printLiteral("scala", 3_000_000_000)).toBe("3000000000L");
    expect(parseLiteral("scala", printLiteral("scala", 2 ** 53))).toBe(2 ** 53);
    expect(printLiteral("scala", [1], { container: "List" })).toBe("List(1)");
  });
});

describe("values typed on a command line", () => {
  it("are Python, JSON or plain text", () => {
    expect(parseTypedValue("[64, 32]")).toEqual([64, 32]);
    expect(parseTypedValue('{"a": true, "b": null}')).toEqual({ a: true, b: null });
    expect(parseTypedValue("True")).toBe(true);
    expect(parseTypedValue("true")).toBe(true);
    expect(parseTypedValue("adam")).toBe("adam");
    expect(parseTypedValue("2024-01-01")).toBe("2024-01-01");
    expect(parseTypedValue("007")).toBe("007");
    expect(() => parseTypedValue("[64, 32")).toThrow(/not closed/);
    expect(() => parseTypedValue("'adam")).toThrow(/not closed/);
  });
});

describe("the language of a notebook", () => {
  it("comes from its metadata", () => {
    expect(literalLanguageOf({})).toBe("python");
    expect(literalLanguageOf({ kernelspec: { name: "ir", display_name: "R" } })).toBe("r");
    expect(literalLanguageOf({ kernelspec: { name: "julia-1.11", display_name: "J" } })).toBe("julia");
    expect(literalLanguageOf({ language_info: { name: "scala" } })).toBe("scala");
    expect(
      literalLanguageOf({ kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } }),
    ).toBe("javascript");
    expect(literalLanguageOf({ kernelspec: { name: "my-env", display_name: "Python 3 (my env)" } })).toBe(
      "python",
    );
    expect(literalLanguageOf({ kernelspec: { name: "xcpp17", display_name: "C++17" } })).toBeUndefined();
  });
});
