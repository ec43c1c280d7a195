import { describe, expect, test } from "vitest";
import { CellId } from "../../util/ids.ts";
import type { ParameterSpec } from "../parameters.ts";
import { inferParameters } from "./infer.ts";

const parametersCell = (source: string, id = "p", tags = ["parameters"]) => ({
  id: CellId.of(id),
  cellType: "code" as const,
  source,
  metadata: { tags },
});

/** `name: type = default` and what the comment said. */
function told(source: string, language = "python"): readonly string[] {
  return inferParameters([parametersCell(source)], { kernelName: null, language }).map(tell);
}

function tell(spec: ParameterSpec): string {
  const range = spec.range === null ? "" : ` [${spec.range.min ?? ""}..${spec.range.max ?? ""}]`;
  const choices = spec.choices === null ? "" : ` of ${JSON.stringify(spec.choices)}`;
  const help = spec.help === null ? "" : ` "${spec.help}"`;
  return `${spec.name}: ${spec.type} = ${JSON.stringify(spec.defaultValue)}${range}${choices}${help}`;
}

describe("parameters of a Python cell", () => {
  test("values give types", () => {
    expect(
      told("a = 1\nb = 1.0\nc = 1e3\nd = True\ne = 'x'\nf = None\ng = [1]\nh = {}\ni = (1, 2)\nj = -0.5"),
    ).toEqual([
      "a: int = 1",
      "b: float = 1",
      "c: float = 1000",
      "d: bool = true",
      'e: str = "x"',
      "f: none = null",
      "g: list = [1]",
      "h: dict = {}",
      "i: list = [1,2]",
      "j: float = -0.5",
    ]);
  });

  test("an expression has no value, and is not evaluated", () => {
    expect(told("n = 2 * 3\nz = np.zeros(3)")).toEqual(["n: unknown = undefined", "z: unknown = undefined"]);
  });

  test("annotations and type comments win over the value", () => {
    expect(
      told(
        [
          "a: float = 1",
          "b = 1  # type: float the rate",
          "c: 'str' = None",
          "d: Optional[int] = None",
          "e: int | None = None",
          "f: int | float = 1",
          "g: typing.List[int] = []",
          "h: Dict[str, int] = {}",
          "i: Literal['a', 'b'] = 'a'",
          "j: Model = None",
          "k: Annotated[int, 'help'] = 1",
        ].join("\n"),
      ),
    ).toEqual([
      "a: float = 1",
      'b: float = 1 "the rate"',
      "c: str = null",
      "d: int = null",
      "e: int = null",
      "f: float = 1",
      "g: list = []",
      "h: dict = {}",
      'i: str = "a" of ["a","b"]',
      "j: none = null",
      "k: int = 1",
    ]);
  });

  test("comments give help, range and choices", () => {
    expect(
      told(
        [
          "lr = 0.1  # 0.0001 … 1, learning rate",
          "n = 5  # 1..10",
          "m = 5  # ≥ 1: how many",
          "opt = 'adam'  # one of: adam, sgd; the optimizer",
          "text = 'a # b'  # plain help",
          "bare = 1  #",
        ].join("\n"),
      ),
    ).toEqual([
      'lr: float = 0.1 [0.0001..1] "learning rate"',
      "n: int = 5 [1..10]",
      'm: int = 5 [1..] "how many"',
      'opt: str = "adam" of ["adam","sgd"] "the optimizer"',
      'text: str = "a # b" "plain help"',
      "bare: int = 1",
    ]);
  });

  test("statements over several lines, and several on a line", () => {
    const source =
      "layers = [\n  64,  # first\n  32,\n]  # widths\ntext = '''a\nb = 1\n'''\nx = 1 + \\\n  2\ny = 1; z = 2";
    expect(told(source)).toEqual([
      'layers: list = [64,32] "widths"',
      'text: str = "a\\nb = 1\\n"',
      "x: unknown = undefined",
      "y: int = 1",
      "z: int = 2",
    ]);
  });

  test("only plain names are parameters", () => {
    const source =
      "a, b = 1, 2\nc.d = 1\ne += 1\nf = g = 1\nif h == 1: pass\nprint(i=1)\ndef j(k=1): pass\nl[0] = 1\nok = 1";
    expect(told(source)).toEqual(["ok: int = 1"]);
  });

  test("of several cells the later wins; other cells count for nothing", () => {
    const specs = inferParameters(
      [
        parametersCell("a = 1\nb = 1", "p1"),
        parametersCell("c = 1", "x", ["injected-parameters"]),
        parametersCell("b = 2", "p2"),
      ],
      { kernelName: "python3", language: null },
    );
    expect(specs.map(({ name, defaultValue, cellId }) => [name, defaultValue, cellId])).toEqual([
      ["a", 1, "p1"],
      ["b", 2, "p2"],
    ]);
  });
});

describe("parameters of other languages", () => {
  test("R", () => {
    expect(
      told('lr <- 0.1 # rate\nn = 5L\nname <- "a"\nok <- TRUE\nv <- c(1, 2)\nnothing <- NULL', "R"),
    ).toEqual([
      'lr: float = 0.1 "rate"',
      "n: int = 5",
      'name: str = "a"',
      "ok: bool = true",
      "v: list = [1,2]",
      "nothing: none = null",
    ]);
  });

  test("Julia", () => {
    expect(told('lr = 0.1 # rate\nn::Int = 5\nname = "a"\nv = [1, 2]\nnone = nothing', "julia")).toEqual([
      'lr: float = 0.1 "rate"',
      "n: int = 5",
      'name: str = "a"',
      "v: list = [1,2]",
      "none: none = null",
    ]);
  });

  test("Scala", () => {
    expect(
      told('val lr = 0.1 // rate\nvar n: Int = 5\nval name: String = "a"\nval v = Seq(1, 2)', "scala"),
    ).toEqual(['lr: float = 0.1 "rate"', "n: int = 5", 'name: str = "a"', "v: list = [1,2]"]);
  });

  test("bash", () => {
    expect(told("lr=0.1 # rate\nn=5\nname='a b'\nexport id=007", "bash")).toEqual([
      'lr: float = 0.1 "rate"',
      "n: int = 5",
      'name: str = "a b"',
      'id: str = "007"',
    ]);
  });

  test("JavaScript", () => {
    expect(
      told(
        "let lr = 0.1; // rate\nconst n = 5\nvar name = 'a'\nlet t: number = 3\nlet v = [1, 2];",
        "javascript",
      ),
    ).toEqual(['lr: float = 0.1 "rate"', "n: int = 5", 'name: str = "a"', "t: float = 3", "v: list = [1,2]"]);
  });

  test("one that we do not read has none", () => {
    expect(told("x = 1", "brainfuck")).toEqual([]);
  });
});
