/** The same command line, run by papermill and by us: the same injected cell, the same outputs, the same exit code. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, PYTHON, type TestNotebook, textOf } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
  folder.notebook("declared.ipynb", [
    {
      source: "lr = 0.1\nname = 'a'\nepochs: int = 3\nflag = False\nlayers = [1]\nextra = None",
      tags: ["parameters"],
    },
    { source: "print(repr((lr, name, epochs, flag, layers, extra)))" },
  ]);
  folder.notebook("undeclared.ipynb", [
    { source: "print(sorted((k, v) for k, v in globals().items() if k.startswith('p_')))" },
  ]);
  folder.notebook("injected.ipynb", [
    { source: "lr = 0.1", tags: ["parameters"] },
    { source: "# Parameters\nlr = 0.3\n", tags: ["injected-parameters"] },
    { source: "print(lr)" },
  ]);
  folder.notebook("fails.ipynb", [
    { source: "print('before')" },
    { source: "1/0" },
    { source: "print('after')" },
  ]);
  folder.notebook("exits.ipynb", [{ source: "import sys\nsys.exit(0)" }, { source: "print('after')" }]);
  folder.notebook("dies.ipynb", [{ source: "import os\nos.kill(os.getpid(), 9)" }]);
  folder.notebook("where.ipynb", [
    { source: "import os\nprint(os.getcwd() == os.path.realpath('.'), os.listdir('.') != [])" },
  ]);
  folder.notebook(
    "bash.ipynb",
    [{ source: "a=x", tags: ["parameters"] }, { source: "echo $a" }],
    "bash",
    "bash",
  );
  folder.write("params.yaml", "lr: 0.25\nname: from file\nlayers: [64, 32]\nextra: {deep: [1, yes, null]}\n");
});
afterAll(() => folder.remove());

/** Papermill's own error markers and kernel noise are no part of the comparison. */
interface Seen {
  readonly code: number | null;
  readonly injected: readonly string[];
  readonly printed: readonly string[];
}

function seen(code: number | null, notebook: TestNotebook | null): Seen {
  const cells = notebook?.cells ?? [];
  const isMarker = (tags: readonly string[] | undefined) =>
    tags?.includes("papermill-error-cell-tag") === true;
  return {
    code,
    injected: cells
      .filter(({ metadata }) => metadata.tags?.includes("injected-parameters"))
      .map(({ source }) => textOf(source).trimEnd()),
    printed: cells
      .filter(({ metadata }) => !isMarker(metadata.tags))
      .map(({ outputs }) => (outputs ?? []).map(({ text }) => textOf(text)).join("")),
  };
}

async function byBoth(args: readonly string[], input?: string): Promise<{ papermill: Seen; loopbook: Seen }> {
  const options = input === undefined ? {} : { input };
  const place = (who: string) => args.map((word) => word.replaceAll("OUT", who));
  const [papermill, loopbook] = await Promise.all([
    folder.run(["-m", "papermill", ...place("papermill")], { ...options, command: [PYTHON] }),
    folder.run(["run", ...place("loopbook")], options),
  ]);
  const notebook = (who: string, stdout: string): TestNotebook | null => {
    const name = place(who).find((word) => word.startsWith(who));
    if (name === undefined) return stdout.startsWith("{") ? (JSON.parse(stdout) as TestNotebook) : null;
    return folder.exists(name) ? folder.read(name) : null;
  };
  return {
    papermill: seen(papermill.code, notebook("papermill", papermill.stdout)),
    loopbook: seen(loopbook.code, notebook("loopbook", loopbook.stdout)),
  };
}

const yaml = "p_a: 010\np_b: 1e-3\np_c: 2026-01-02\np_d: off\np_e: 'it''s'\np_f: 1.25e+1";
const base64 = Buffer.from("lr: 0.75\nname: from base64").toString("base64");

describe("papermill's command lines give papermill's result", () => {
  test.each<[string, string[]]>([
    [
      "-p of every type",
      [
        "declared.ipynb",
        "OUT1.ipynb",
        "-p",
        "lr",
        "0.5",
        "-p",
        "epochs",
        "7",
        "-p",
        "flag",
        "True",
        "-p",
        "name",
        "b c",
      ],
    ],
    ["-f", ["declared.ipynb", "OUT3.ipynb", "-f", "params.yaml"]],
    [
      "-f and -p: the later source wins",
      ["declared.ipynb", "OUT4.ipynb", "-f", "params.yaml", "-p", "name", "from p", "-y", "{lr: 0.125}"],
    ],
    ["-b, and -r last", ["declared.ipynb", "OUT5.ipynb", "-r", "name", "007", "-b", base64]],
    [
      "long names",
      [
        "declared.ipynb",
        "OUT6.ipynb",
        "--parameters",
        "lr",
        "0.5",
        "--parameters_raw",
        "name",
        "1",
        "--parameters_yaml",
        "{flag: yes}",
      ],
    ],
    ["several cells tagged injected are replaced", ["injected.ipynb", "OUT7.ipynb", "-p", "lr", "0.9"]],
    ["no parameters: nothing is injected anew", ["injected.ipynb", "OUT8.ipynb"]],
    [
      "--report-mode, --no-progress-bar, --log-output, timeouts",
      [
        "declared.ipynb",
        "OUT9.ipynb",
        "-p",
        "lr",
        "0.5",
        "--report-mode",
        "--no-progress-bar",
        "--log-output",
        "--start-timeout",
        "60",
        "--execution-timeout",
        "60",
      ],
    ],
    ["-k and -l", ["declared.ipynb", "OUT10.ipynb", "-k", "python3", "-l", "python", "-p", "epochs", "1"]],
    ["--prepare-only", ["declared.ipynb", "OUT11.ipynb", "--prepare-only", "-p", "epochs", "1"]],
    ["bash", ["bash.ipynb", "OUT12.ipynb", "-p", "a", "hello world"]],
    [
      "accepted switches",
      [
        "declared.ipynb",
        "OUT13.ipynb",
        "--request-save-on-cell-execute",
        "--autosave-cell-every",
        "5",
        "--log-level",
        "ERROR",
      ],
    ],
    ["a cell that fails", ["fails.ipynb", "OUT14.ipynb"]],
    ["a kernel that dies", ["dies.ipynb", "OUT15.ipynb"]],
    ["the working folder is the current one", ["where.ipynb", "OUT16.ipynb"]],
    ["sys.exit(0)", ["exits.ipynb", "OUT17.ipynb"]],
  ])("%s", async (_what, args) => {
    const { papermill, loopbook } = await byBoth(args);
    expect(loopbook).toEqual(papermill);
  });

  test("texts with quotes, escapes and other scripts arrive as the same value", async () => {
    const text = 'it\'s "x" \\ \n é 🌱';
    const { papermill, loopbook } = await byBoth([
      "declared.ipynb",
      "OUT2.ipynb",
      "-p",
      "extra",
      "None",
      "-p",
      "name",
      text,
    ]);
    // papermill writes `\\xe9` into the cell where we write `é`; both are read as the same text.
    expect(loopbook.printed).toEqual(papermill.printed);
  });

  test("YAML 1.1, for names that are not declared", async () => {
    const papermill = (await byBoth(["undeclared.ipynb", "OUT20.ipynb", "-y", yaml])).papermill;
    const ours = await folder.run(["run", "undeclared.ipynb", "ours20.ipynb", "-y", yaml, "--allow-unknown"]);
    expect(seen(ours.code, folder.read("ours20.ipynb"))).toEqual(papermill);
  });

  test("- - through pipes", async () => {
    const { papermill, loopbook } = await byBoth(["declared.ipynb", "-", "-p", "lr", "0.5"]);
    expect(papermill.printed.join("")).toContain("0.5");
    expect(loopbook).toEqual(papermill);
  });
});
