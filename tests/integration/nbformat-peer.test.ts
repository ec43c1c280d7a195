/**
 * Jupyter's own reader and writer beside ours, on the same files: what we hold in memory is what nbformat holds, what
 * we write it reads and finds valid, and what is new we write as it does, to the byte.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLiteral, printLiteral } from "../../src/nbformat/literals.ts";
import type { Cell, Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { JsonObject, JsonValue } from "../../src/util/json.ts";
import { PYTHON } from "./nbformat-support.ts";

const fixtures = new URL("../../src/nbformat/fixtures/", import.meta.url).pathname;

/** Runs a Python program with one JSON value in and one out. */
function python(program: string, input: unknown): JsonValue {
  const script = `import json, sys, warnings\nwarnings.simplefilter("ignore")\ninput = json.load(sys.stdin)\n${program}\njson.dump(output, sys.stdout)`;
  const printed = execFileSync(PYTHON, ["-c", script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["pipe", "pipe", "ignore"],
  });
  return JSON.parse(printed) as JsonValue;
}

/** All notebooks at hand: ours, and those that the installed Python packages ship. */
function notebookFiles(): string[] {
  const packages = python(
    "import papermill, os\noutput = os.path.dirname(papermill.__file__)",
    null,
  ) as string;
  const theirs = join(packages, "tests", "notebooks");
  const folders = [fixtures, theirs];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ipynb"))
      .map((name) => join(folder, name)),
  );
}

/** What both may differ in by design: made-up ids, and fields that nbformat strips from memory. */
function comparable(notebook: JsonObject): JsonObject {
  const metadata = { ...(notebook.metadata as JsonObject) };
  for (const key of ["orig_nbformat", "orig_nbformat_minor", "signature"]) delete metadata[key];
  const cells = (notebook.cells as JsonObject[]).map(({ id: _, ...cell }) => cell);
  return { ...notebook, metadata, cells };
}

const asJson = (notebook: Notebook): JsonObject => notebook as unknown as JsonObject;

let files: string[] = [];
let folder = "";

beforeAll(() => {
  files = notebookFiles();
  folder = mkdtempSync(join(tmpdir(), "loopbook-peer-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("nbformat and we", () => {
  it("hold the same notebook for the same file", () => {
    expect(files.length).toBeGreaterThan(30);
    const theirs = python(
      `import nbformat
def read(path):
    text = open(path, encoding="utf8", newline="").read()
    major = json.loads(text)["nbformat"]
    return nbformat.reads(text, as_version=nbformat.NO_CONVERT if major == 4 else 4)
output = [read(path) for path in input]`,
      files,
    ) as JsonObject[];
    for (const [index, file] of files.entries()) {
      const ours = parseNotebook(readFileSync(file), file).notebook;
      expect(comparable(asJson(ours)), file).toEqual(comparable(theirs[index] ?? {}));
    }
  });

  it("agree that what we change is valid", () => {
    const changed = files.map((file, index) => {
      const { notebook, origin } = parseNotebook(readFileSync(file), file);
      const ids = notebook.nbformat_minor >= 5 ? { id: "brand-new" } : {};
      const fresh: Cell = {
        cell_type: "code",
        ...ids,
        metadata: { tags: ["x"] },
        source: "a = 1\nb",
        execution_count: null,
        outputs: [{ output_type: "stream", name: "stdout", text: "é\n" }],
      };
      const path = join(folder, `${index}.ipynb`);
      const cells = [
        ...notebook.cells.map((cell) => ({ ...cell, source: `${cell.source}\n# changed` })),
        fresh,
      ];
      writeFileSync(path, serialiseNotebook({ ...notebook, cells } as Notebook, origin));
      return path;
    });
    const before = python(validity, files) as (string | null)[];
    const after = python(validity, changed) as (string | null)[];
    // A few of the fixtures break the format on purpose; a change must not break any other.
    expect(after.filter((fault, index) => fault !== null && before[index] === null)).toEqual([]);
    expect(before.filter((fault) => fault === null).length).toBeGreaterThan(25);
  });

  it("write a new notebook to the same bytes", () => {
    const models = files
      .map((file) => parseNotebook(readFileSync(file), file).notebook)
      .filter((notebook) => notebook.nbformat_minor === 5);
    expect(models.length).toBeGreaterThan(5);
    const weird: Notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { "\u{1F600}": 1, "\uffee": 2, é: "\u007f\u0001\u2028", list: [[], {}, [1, "a"]] },
      cells: [
        {
          cell_type: "code",
          id: "w",
          metadata: {},
          source: "a\rb\r\nc\u2028d\u001ce\u0085f\n\n",
          execution_count: null,
          outputs: [],
        },
      ],
    };
    const theirs = python(
      `import nbformat
output = [nbformat.writes(nbformat.from_dict(nb)) + "\\n" for nb in input]`,
      [...models, weird],
    ) as string[];
    for (const [index, model] of [...models, weird].entries()) {
      expect(serialiseNotebook(withoutTransient(model))).toBe(theirs[index]);
    }
  });
});

describe("Python's ast and our literals", () => {
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => wholeAsExact(number)),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  it("give the same value for what we print", () => {
    const values = fc.sample(value, 500);
    const literals = values.map((one) => printLiteral("python", one));
    expect(python("import ast\noutput = [ast.literal_eval(text) for text in input]", literals)).toEqual(
      values,
    );
  });

  it("give the same value for what Python prints", () => {
    const values = fc.sample(value, 500);
    const printed = python(
      "import pprint\noutput = [[repr(value), pprint.pformat(value, width=20)] for value in input]",
      values,
    ) as [string, string][];
    for (const [index, [plain, pretty]] of printed.entries()) {
      expect(parseLiteral("python", plain)).toEqual(values[index]);
      expect(parseLiteral("python", pretty)).toEqual(values[index]);
    }
  });

  it("take and refuse the same texts", () => {
    const piece = fc.constantFrom(
      "1",
      "0x1f",
      "1_0",
      "1__0",
      ".5",
      "5.",
      "1e5",
      "'a'",
      '"b"',
      "r'\\n'",
      "b'x'",
      "f'x'",
      "'\\x41'",
      "'\\d'",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ",",
      ":",
      "-",
      "+",
      " ",
      "\n",
      "None",
      "True",
      "x",
      "'''t\n'''",
      "# c\n",
      "00",
      "01",
      "1j",
    );
    // Lines before the value, which Python refuses as indented, are none of its syntax.
    const texts = fc.sample(
      fc
        .array(piece, { minLength: 1, maxLength: 6 })
        .map((pieces) => pieces.join("").replace(/^(?:\s|# c\n)+/, "")),
      4000,
    );
    const theirs = python(
      `import ast
def evaluate(text):
    try:
        value = ast.literal_eval(text.strip(" "))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ["refused"]
    def plain(v):
        if isinstance(v, (bytes, complex)) or v is Ellipsis: raise TypeError
        if isinstance(v, (list, tuple)): return [plain(x) for x in v]
        if isinstance(v, (set, frozenset)) or v in (float("inf"), float("-inf")): raise KeyError
        if isinstance(v, dict): return {k if isinstance(k, str) else json.dumps(plain(k)): plain(x) for k, x in v.items()}
        return v
    try:
        return ["value", plain(value)]
    except TypeError:
        return ["refused"]
    except KeyError:
        return ["not comparable"]
output = [evaluate(text) for text in input]`,
      texts,
    ) as JsonValue[][];
    const differences = texts.flatMap((text, index) => {
      const [kind, expected] = theirs[index] ?? [];
      if (kind === "not comparable") return [];
      let ours: JsonValue[];
      try {
        ours = ["value", parseLiteral("python", text)];
      } catch {
        ours = ["refused"];
      }
      const same =
        kind === "value"
          ? JSON.stringify(ours) === JSON.stringify(["value", expected ?? null])
          : ours[0] === "refused";
      return same ? [] : [{ text, ours, theirs: theirs[index] }];
    });
    expect(differences).toEqual([]);
    expect(theirs.filter(([kind]) => kind === "value").length).toBeGreaterThan(100);
  });
});

/** JSON has one kind of number: a whole one of any size comes to Python as an `int`, which we refuse beyond 2^53. */
function wholeAsExact(number: number): number {
  return Number.isInteger(number) ? Math.trunc(number % 2 ** 53) + 0 : number;
}

const validity = `import nbformat
def fault(path):
    nb = json.load(open(path, encoding="utf8"))
    try:
        nbformat.validate(nb)
    except Exception as error:
        return type(error).__name__ + ": " + str(error)[:200]
output = [fault(path) for path in input]`;

/** nbformat never writes these. */
function withoutTransient(notebook: Notebook): Notebook {
  const { orig_nbformat: _, orig_nbformat_minor: __, signature: ___, ...metadata } = notebook.metadata;
  return { ...notebook, metadata };
}
