"use strict";
/**
 * A Python whose kernel has what the demo or the tests need: the machine's own where it will do, else a private
 * environment in `.loopbook/python`. What was found is stamped, so that the next start asks nothing.
 */
const fs = require("node:fs");
const path = require("node:path");
const {
  root,
  stateFolder,
  fingerprint,
  readStamp,
  writeStamp,
  run,
  isNetworkTrouble,
  tail,
} = require("./project.cjs");
const { SetupError } = require("./terminal.cjs");

const WINDOWS = process.platform === "win32";
const privateFolder = path.join(stateFolder, "python");
const jupyterFolder = path.join(stateFolder, "jupyter");
const pythonIn = (folder) =>
  path.join(folder, WINDOWS ? "Scripts" : "bin", WINDOWS ? "python.exe" : "python");

/** The sets of packages: what they are for, and the oldest Python that their file is written for. */
const SETS = {
  demo: {
    file: "scripts/python-requirements-demo.txt",
    folder: privateFolder,
    oldest: [3, 10],
    machineMayServe: true,
  },
  // Exact versions: results are compared side by side with other runners'.
  tests: {
    file: "scripts/python-requirements.txt",
    folder: privateFolder,
    oldest: [3, 11],
    machineMayServe: false,
  },
  // In an environment of its own: what JupyterLab brings along is not to be found by the other tests.
  jupyter: {
    file: "scripts/python-requirements-jupyter.txt",
    folder: jupyterFolder,
    oldest: [3, 11],
    machineMayServe: false,
  },
};

/**
 * Byte code for all but the huge packages (whose few modules that are used are imported once instead). Also where the
 * environment forbids Python to write it: without, each kernel would start half a second later, for ever.
 */
const COMPILE = `
import compileall, importlib, re, sysconfig
huge = re.compile(r"[/\\\\](scipy|sklearn|pandas|numpy|matplotlib|plotly|bokeh|altair|pip)[/\\\\]")
compileall.compile_dir(sysconfig.get_paths()["purelib"], quiet=2, rx=huge, workers=0)
for name in ("matplotlib.pyplot", "sklearn.datasets", "sklearn.model_selection", "scipy.ndimage", "pandas"):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
`;

async function ask(python, set) {
  const result = await run(python, [path.join(__dirname, "check_python.py"), path.join(root, set.file)]);
  if (result.code !== 0) return null;
  try {
    return JSON.parse(result.output.trim().split("\n").pop());
  } catch {
    return null;
  }
}

function candidates() {
  const named = process.env.LOOPBOOK_PYTHON;
  const active = process.env.VIRTUAL_ENV;
  return [named, active && pythonIn(active), "python3", "python"].filter(Boolean);
}

const isAtLeast = (version, oldest) =>
  version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1]);

/** The stamped answer for a set, when it still holds; null otherwise. No process is started. */
function knownPython(name) {
  const stamp = readStamp(`python-${name}`);
  if (!stamp || stamp.requirements !== fingerprint([SETS[name].file])) return null;
  return fs.existsSync(stamp.python) ? { python: stamp.python, prefix: stamp.prefix } : null;
}

function remember(name, found) {
  writeStamp(`python-${name}`, {
    requirements: fingerprint([SETS[name].file]),
    python: found.python,
    prefix: found.prefix,
  });
  return { python: found.python, prefix: found.prefix };
}

/** A Python that is ready already: the private one, or the machine's. Null when neither has everything. */
async function findReadyPython(name) {
  const set = SETS[name];
  const own = pythonIn(set.folder);
  if (fs.existsSync(own)) {
    const facts = await ask(own, set);
    if (facts && facts.missing.length === 0 && facts.kernelspec) return remember(name, facts);
  }
  if (!set.machineMayServe) return null;
  for (const python of candidates()) {
    const facts = await ask(python, set);
    if (facts && facts.missing.length === 0 && facts.kernelspec) return remember(name, facts);
  }
  return null;
}

async function findBasePython(set) {
  let tooOld = null;
  for (const python of candidates()) {
    const facts = await ask(python, set);
    if (!facts) continue;
    if (isAtLeast(facts.version, set.oldest)) return facts.python;
    tooOld = facts;
  }
  const wanted = set.oldest.join(".");
  if (tooOld)
    throw new SetupError(
      `Python ${tooOld.version.join(".")} is too old: ${wanted} or later is needed.`,
      "Install a newer Python, or name one: LOOPBOOK_PYTHON=/path/to/python3 npm run setup",
    );
  throw new SetupError(
    `No Python was found (python3, python). Kernels need Python ${wanted} or later.`,
    "Install it (Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python; Windows: python.org), then try again.",
  );
}

async function createEnvironment(python, folder) {
  const result = await run(python, ["-m", "venv", folder]);
  if (result.code === 0) return;
  fs.rmSync(folder, { recursive: true, force: true });
  if (/ensurepip|No module named venv/.test(result.output))
    throw new SetupError(
      "This Python cannot make private environments: its venv module is missing.",
      "Debian, Ubuntu: sudo apt-get install python3-venv. Elsewhere: install a full Python from python.org.",
    );
  throw new SetupError(
    `python -m venv failed:\n${tail(result.output)}`,
    "Mend what it names, then try again.",
  );
}

/** Makes the private environment, or adds to it what the set lacks. */
async function installPython(name, tell) {
  const set = SETS[name];
  const own = pythonIn(set.folder);
  const works = fs.existsSync(own) && (await run(own, ["-m", "pip", "--version"])).code === 0;
  if (!works) {
    fs.rmSync(set.folder, { recursive: true, force: true });
    tell("private environment");
    await createEnvironment(await findBasePython(set), set.folder);
  }
  const result = await run(
    own,
    // See COMPILE: pip would compile every module of scipy, too.
    [
      "-m",
      "pip",
      "install",
      "--no-compile",
      "--prefer-binary",
      "--disable-pip-version-check",
      "-r",
      set.file,
    ],
    {
      env: { PIP_NO_INPUT: "1", PYTHONUNBUFFERED: "1" },
      onLine: (text) => {
        const at = /^(?:Collecting|Downloading) ([A-Za-z0-9_.-]+?)(?:[=<>~!\s(]|-\d|$)/.exec(text);
        if (at) tell(at[1]);
        else if (text.startsWith("Installing collected")) tell("unpacking");
      },
    },
  );
  if (result.code !== 0) {
    if (isNetworkTrouble(result.output))
      throw new SetupError(
        "pip could not reach the Python package index.",
        "Check the network (behind a proxy: set HTTPS_PROXY), then try again.",
      );
    if (/No space left/.test(result.output))
      throw new SetupError(
        "The disk is full.",
        `Make room (about 500 MB) for ${set.folder}, then try again.`,
      );
    throw new SetupError(
      `pip install failed:\n${tail(result.output)}`,
      "Mend what pip names, then try again.",
    );
  }
  // bash_kernel does not bring its kernelspec along; it writes one when told.
  if (name === "tests") await run(own, ["-m", "bash_kernel.install", "--sys-prefix"]);
  tell("byte code");
  await run(own, ["-c", COMPILE], { env: { PYTHONDONTWRITEBYTECODE: "" } });
  const facts = await ask(own, set);
  if (!facts || facts.missing.length > 0)
    throw new SetupError(
      `The private environment lacks ${facts ? facts.missing.join(", ") : "a working Python"} after pip install.`,
      `Remove ${set.folder} and try again.`,
    );
  return remember(name, facts);
}

/** What a child process needs to find this Python's kernels first. */
function pythonVariables(found) {
  const bin = path.dirname(found.python);
  const paths = [path.join(found.prefix, "share", "jupyter"), process.env.JUPYTER_PATH].filter(Boolean);
  return {
    VIRTUAL_ENV: found.prefix,
    PATH: [bin, process.env.PATH].filter(Boolean).join(path.delimiter),
    JUPYTER_PATH: paths.join(path.delimiter),
  };
}

module.exports = { knownPython, findReadyPython, installPython, pythonVariables, privateFolder };
