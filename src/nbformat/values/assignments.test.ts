import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiteralFault } from "../literals/literal.ts";
import type { LiteralLanguage } from "../literals.ts";
import { findAssignments } from "./assignments.ts";

const PARAMETERS = `# Hyperparameters
lr: float = 0.1  # learning rate, 0.0001 … 1
layers = [64, 32]
optimiser = 'adam'  # one of: adam, sgd
epochs = base * 2
note = """several
lines"""; seed = 1
if epochs > 3:
    lr = 99
def f(x=1):
    y = 2
print(lr == 0.1)
lr2 = lr1 = 5`;

const names = (language: LiteralLanguage, source: string) =>
  findAssignments(language, source).map(({ name, annotation, literal, comment }) => ({
    name,
    ...(annotation === null ? {} : { annotation }),
    value: literal instanceof LiteralFault ? "computed" : literal.value,
    ...(comment === "" ? {} : { comment }),
  }));

describe("assignments at the top level of a cell", () => {
  it("in Python", () => {
    expect(names("python", PARAMETERS)).toEqual([
      { name: "lr", annotation: "float", value: 0.1, comment: "learning rate, 0.0001 … 1" },
      { name: "layers", value: [64, 32] },
      { name: "optimiser", value: "adam", comment: "one of: adam, sgd" },
      { name: "epochs", value: "computed" },
      { name: "note", value: "several\nlines" },
      { name: "seed", value: 1 },
      { name: "lr2", value: "computed" },
    ]);
  });

  it("in Python that is harder to read", () => {
    const source = [
      "%matplotlib inline",
      "!echo it's",
      'kind: Literal["a=b", "c"] = "a=b"',
      "d = {  # first",
      "  'a': 1,  # x = 3",
      "}",
      "t = (1,",
      "     2)",
      "s = ('one '",
      "     'two')",
      "x = 1 if y else 2",
      "n = -1",
      "big = 1_000_000",
      "a, b = 1, 2",
      "a.b = 1",
      "c[0] = 1",
      "m += 1",
      "e = 1;",
      "else: z = 1",
      "f = f'{n}'",
      "q = 'it\\'s = 3'",
      "w = 1 \\",
      "  + 2",
      "empty =",
      "last = None",
    ].join("\n");
    expect(names("python", source)).toEqual([
      { name: "kind", annotation: 'Literal["a=b", "c"]', value: "a=b" },
      { name: "d", value: { a: 1 } },
      { name: "t", value: [1, 2] },
      { name: "s", value: "one two" },
      { name: "x", value: "computed" },
      { name: "n", value: -1 },
      { name: "big", value: 1000000 },
      { name: "e", value: 1 },
      { name: "f", value: "computed" },
      { name: "q", value: "it's = 3" },
      { name: "w", value: "computed" },
      { name: "empty", value: "computed" },
      { name: "last", value: null },
    ]);
  });

  it("in R", () => {
    expect(
      names(
        "r",
        "lr <- 0.1 # rate\nn = 3L\nx.y <- c('a', 'b')\nif (n == 3) {\n  z <- 1\n}\nf <- function(a = 1) a\n`odd name` <- TRUE",
      ),
    ).toEqual([
      { name: "lr", value: 0.1, comment: "rate" },
      { name: "n", value: 3 },
      { name: "x.y", value: ["a", "b"] },
      { name: "f", value: "computed" },
      { name: "odd name", value: true },
    ]);
  });

  it("in Julia", () => {
    expect(
      names(
        "julia",
        "lr = 0.1 # rate\nconst n::Int = 3\nA = B'\nx = 'c' == 'd'\n#= y = 1\n=#\nd = Dict(\"a\" => 1)\nf(x) = 2",
      ),
    ).toEqual([
      { name: "lr", value: 0.1, comment: "rate" },
      { name: "n", annotation: "Int", value: 3 },
      { name: "A", value: "computed" },
      { name: "x", value: "computed" },
      { name: "d", value: { a: 1 } },
    ]);
  });

  it("in Scala", () => {
    expect(
      names(
        "scala",
        'val lr: Double = 0.1 // rate\nvar n = 3L\n/* val z = 1 */\nval m = Map("a" -> Seq(1, 2))\nval f = (x: Int) => x',
      ),
    ).toEqual([
      { name: "lr", annotation: "Double", value: 0.1, comment: "rate" },
      { name: "n", value: 3 },
      { name: "m", value: { a: [1, 2] } },
      { name: "f", value: "computed" },
    ]);
  });

  it("in JavaScript", () => {
    expect(
      names(
        "javascript",
        "const lr = 0.1; // rate\nlet o = {\n  a: [1, 'b'],\n};\nvar s: string = `x`\nexport const f = () => 1;\nthis.#x = 1\nn = 2",
      ),
    ).toEqual([
      { name: "lr", value: 0.1, comment: "rate" },
      { name: "o", value: { a: [1, "b"] } },
      { name: "s", annotation: "string", value: "x" },
      { name: "f", value: "computed" },
      { name: "n", value: 2 },
    ]);
  });

  it("in bash", () => {
    expect(
      names(
        "bash",
        "lr=0.1 # rate\nexport NAME='a # b'\nlist=(1 2)\nn=$#\nOMP=4 python train.py\nempty=\ncase x in a) y=1;; esac\nif true; then\n  z=1\nfi",
      ),
    ).toEqual([
      { name: "lr", value: 0.1, comment: "rate" },
      { name: "NAME", value: "a # b" },
      { name: "list", value: [1, 2] },
      { name: "n", value: "computed" },
      { name: "empty", value: "" },
    ]);
  });

  it("never fail, whatever the text", () => {
    const piece = fc.constantFrom(
      "a = ",
      "'",
      '"',
      '"""',
      "#",
      "\n",
      "(",
      "]",
      "{",
      "\\",
      "1",
      'r"(',
      "/*",
      "`",
      "$",
      ":",
      ";",
      "é",
      "==",
      "->",
      " ",
    );
    fc.assert(
      fc.property(
        fc.constantFrom<LiteralLanguage>("python", "r", "julia", "scala", "bash", "javascript"),
        fc.array(piece, { maxLength: 30 }),
        (language, pieces) => {
          const source = pieces.join("");
          for (const assignment of findAssignments(language, source)) {
            expect(assignment.valueStart).toBeLessThanOrEqual(assignment.valueEnd);
            expect(assignment.valueEnd).toBeLessThanOrEqual(source.length);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
