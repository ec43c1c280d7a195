/** The code of parameters against the languages themselves, and against papermill. */
import { execFileSync } from "node:child_process";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/nbformat/notebook.ts";
import { assignmentCode } from "../../src/runs/parameters/generate.ts";
import { inferParameters } from "../../src/runs/parameters/infer.ts";
import { CellId } from "../../src/util/ids.ts";
import { PYTHON } from "./kernel-support.ts";

const SAMPLES = 300;

function codeOf(language: string, value: JsonValue): string {
  return assignmentCode({ x: value }, { kernelName: null, language, specs: [] }, null);
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", "'", '"', "\\", "$x `y` ${z}", "a\nb\r\t\0", "'''", "\u2028\u202e\ufeff"),
);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ) as fc.Arbitrary<JsonValue>,
}));

describe("a value written as code is that value again", () => {
  it("in Python", () => {
    const values = fc.sample(value, SAMPLES);
    const script = [
      "import json, sys",
      "for code in json.load(sys.stdin):",
      "    scope = {}",
      "    exec(code, scope)",
      "    print(json.dumps(scope['x']))",
    ].join("\n");
    const answers = lines(
      PYTHON,
      ["-c", script],
      JSON.stringify(values.map((item) => codeOf("python", item))),
    );
    expect(answers.map((line) => JSON.parse(line))).toEqual(values);
  });

  it("in Python with its type: a whole float is a float", () => {
    const [spec] = inferParameters(
      [
        {
          id: CellId.of("p"),
          cellType: "code",
          source: "x: float = 1.5",
          metadata: { tags: ["parameters"] },
        },
      ],
      { kernelName: null, language: "python" },
    );
    const specs = spec === undefined ? [] : [spec];
    const codes = [1, 0, -2, 1e21, Number.NaN, Number.POSITIVE_INFINITY].map((item) =>
      assignmentCode({ x: item }, { kernelName: null, language: "python", specs }, null),
    );
    const script = `${codes.map((code) => `${code}print(type(x).__name__, x)`).join("\n")}\n`;
    expect(lines(PYTHON, ["-c", script], "")).toEqual([
      "float 1.0",
      "float 0.0",
      "float -2.0",
      "float 1e+21",
      "float nan",
      "float inf",
    ]);
  });

  it("in JavaScript", () => {
    for (const item of fc.sample(value, SAMPLES)) {
      const scope: { x?: unknown } = {};
      runInNewContext(codeOf("javascript", item), scope);
      expect(JSON.stringify(scope.x)).toBe(JSON.stringify(item));
    }
  });

  it("in Bash, for texts, numbers and lists of them", () => {
    // Bash holds no NUL, and what it reads is UTF-8.
    const plain = text.filter((item) => !item.includes("\0") && !/\p{Cs}/u.test(item));
    const texts = fc.sample(plain, SAMPLES);
    const script = texts.map((item) => `${codeOf("bash", item)}printf '%s\\0' "$x"`).join("\n");
    expect(execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(
      texts,
    );
    const lists = fc.sample(fc.array(plain, { minLength: 1, maxLength: 4 }), 50);
    const list = lists
      .map((item) => `${codeOf("bash", item)}printf '%s\\0' "\${x[@]}"; printf '|\\0'`)
      .join("\n");
    const found = execFileSync("bash", ["-c", list], { encoding: "utf8" });
    expect(found).toBe(lists.map((item) => `${item.join("\0")}\0|\0`).join(""));
    const mapping = `${codeOf("bash", { "a b": "c $d", e: 1 })}echo "\${x[a b]} \${x[e]}"`;
    expect(execFileSync("bash", ["-c", mapping], { encoding: "utf8" })).toBe("c $d 1\n");
  });
});

describe("beside papermill", () => {
  const plain: Record<string, JsonValue> = {
    whole: 3,
    half: 0.5,
    yes: true,
    no: false,
    nothing: null,
    text: 'it\'s "quoted" \\ and\nbroken\t',
    list: [1, "a", [2.5, null]],
    mapping: { a: 1, "b c": { d: [true] } },
  };
  const flat: Record<string, JsonValue> = {
    whole: 3,
    half: 0.5,
    yes: true,
    text: "it's $HOME",
    list: ["a b", 1],
  };
  const { nothing: _nothing, ...noNull } = plain;
  const cases: readonly [kernel: string, language: string, values: Record<string, JsonValue>][] = [
    ["python3", "python", plain],
    ["ir", "R", plain],
    ["julia-1.11", "julia", plain],
    ["almond", "scala", plain],
    ["bash", "bash", flat],
    [".net-fsharp", "F#", plain],
    // papermill escapes as Python does, which PowerShell does not read.
    [".net-powershell", "PowerShell", { ...plain, text: 'it\'s "quoted"' }],
    [
      ".net-csharp",
      "C#",
      { whole: 3, half: 0.5, yes: true, text: 'a "b"\n', list: [1, 2], mapping: { a: 1 } },
    ],
    ["matlab", "matlab", { ...noNull, text: "plain" }],
  ];

  it("injects the same text", () => {
    const script = [
      "import json, sys",
      "from papermill.translators import translate_parameters",
      "for kernel, language, values in json.load(sys.stdin):",
      "    print(json.dumps(translate_parameters(kernel, language, values)))",
    ].join("\n");
    const theirs = lines(PYTHON, ["-W", "ignore", "-c", script], JSON.stringify(cases)).map((line) =>
      JSON.parse(line),
    );
    const ours = cases.map(([kernelName, language, values]) =>
      assignmentCode(values, { kernelName, language, specs: [] }),
    );
    expect(ours).toEqual(theirs);
  });

  it("finds the same parameters, with the same types, defaults and help", () => {
    const sources = [
      "a = 1\nb: int = 2\nc = 'x'  # the name\nd = None # type: str or nothing",
      "msg = None\nratio: float = 0.5  # how much\nlayers: List[int] = [1,\n  2]\nvisible=True # shown",
      "# only a comment\n\nx = 1.5\ny: 'Dict[str, int]' = {}",
      "a = {\n  'k': 1,  # one\n  'l': 2,\n}  # a mapping\nb = 3",
    ];
    const script = [
      "import json, sys",
      "from papermill.translators import PythonTranslator",
      "for source in json.load(sys.stdin):",
      "    found = PythonTranslator.inspect({'source': source})",
      "    print(json.dumps([[p.name, p.inferred_type_name, p.default, p.help] for p in found]))",
    ].join("\n");
    const theirs = lines(PYTHON, ["-W", "ignore", "-c", script], JSON.stringify(sources)).map((line) =>
      JSON.parse(line),
    );
    const ours = sources.map((source) =>
      inferParameters(
        [{ id: CellId.of("p"), cellType: "code", source, metadata: { tags: ["parameters"] } }],
        {
          kernelName: null,
          language: "python",
        },
      ).map(({ name, declaredType, defaultSource, help }) => [
        name,
        declaredType?.replace(/^'(.*)'$/, "$1") ?? "None",
        // papermill joins the lines of a value.
        defaultSource
          .split("\n")
          .map((line) => line.trim())
          .join(""),
        help ?? "",
      ]),
    );
    expect(ours).toEqual(theirs);
  });
});

function lines(program: string, args: readonly string[], input: string): string[] {
  return execFileSync(program, args, { input, encoding: "utf8", maxBuffer: 1e9 }).split("\n").slice(0, -1);
}
