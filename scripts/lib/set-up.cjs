"use strict";
/** The steps that every script shares, run side by side where they do not need each other. */
const { WANTED_MAJOR, cacheFolder, findFetched, isSupported } = require("../../bin/node-runtime.cjs");
const { root, fingerprint, readStamp, writeStamp, run, tail } = require("./project.cjs");
const { nodePackagesAreCurrent, installNodePackages } = require("./node-packages.cjs");
const { knownPython, findReadyPython, installPython } = require("./python-environment.cjs");
const { SetupError } = require("./terminal.cjs");
const fs = require("node:fs");
const path = require("node:path");

/** What the build reads; tests beside the sources do not count. */
const BUILD_INPUTS = ["src", "scripts/lib/build", "scripts/build.cjs", "package-lock.json", "package.json"];
const isBuilt = (file) => !/\.test\.tsx?$/.test(file);

async function node24(terminal) {
  if (isSupported(process.versions.node)) return process.execPath;
  const named = process.env.LOOPBOOK_NODE;
  if (named) return named;
  return (
    findFetched(cacheFolder()) ||
    terminal.step(`Node ${WANTED_MAJOR} (this is ${process.version})`, fetchNode)
  );
}

/** In a process of its own: the launcher's fetch is synchronous, and would hold up the steps beside it. */
async function fetchNode() {
  const script = "process.stdout.write(require(process.argv[1]).ensureNode({ say: () => {} }))";
  const fetched = await run(process.execPath, ["-e", script, require.resolve("../../bin/node-runtime.cjs")]);
  const binary = fetched.output.trim();
  if (fetched.code === 0 && fs.existsSync(binary)) return binary;
  const reason = /Error: (.*)/.exec(fetched.output);
  throw new SetupError(
    `Node 22.18 or later is needed, this is ${process.version}, and Node ${WANTED_MAJOR} could not be fetched${reason ? `: ${reason[1]}` : "."}`,
    "Check the network; or install Node 24 from https://nodejs.org; or name one: LOOPBOOK_NODE=/path/to/node npm run setup",
  );
}

async function nodePackages(terminal) {
  if (!nodePackagesAreCurrent()) await terminal.step("Node packages", installNodePackages);
}

async function python(terminal, name, what = "Python packages") {
  const known = knownPython(name) || (await findReadyPython(name));
  return known || terminal.step(what, (tell) => installPython(name, tell));
}

function buildIsCurrent(inputs) {
  const stamp = readStamp("build");
  return stamp !== null && stamp.inputs === inputs && fs.existsSync(path.join(root, "dist", "cli.js"));
}

/** Builds `dist/` when a source changed since, or when told to. */
async function build(terminal, node, options = {}) {
  const inputs = fingerprint(BUILD_INPUTS, isBuilt);
  if (!options.always && buildIsCurrent(inputs)) return;
  await terminal.step("Build", async (tell) => {
    const result = await run(node, [path.join(root, "scripts", "lib", "build", "main.ts")], { onLine: tell });
    if (result.code !== 0)
      throw new SetupError(
        `The build failed:\n${tail(result.output, 30)}`,
        "Mend the source that it names, then try again.",
      );
    writeStamp("build", { inputs });
  });
}

/**
 * Node, packages, Python and build, whatever of it is not there yet.
 * @param options.python which set of Python packages: "demo", "tests" or null.
 * @param options.jupyter whether a JupyterLab is needed, to be tested against.
 * @returns the Node to go on with, and the Pythons found.
 */
async function setUp(terminal, options = {}) {
  const wantsPython = options.python === undefined ? "demo" : options.python;
  // Each is waited for, also when one fails: a half-written node_modules helps nobody.
  const [node, packages, found, jupyter] = await Promise.allSettled([
    node24(terminal),
    nodePackages(terminal),
    wantsPython ? python(terminal, wantsPython) : Promise.resolve(null),
    options.jupyter ? python(terminal, "jupyter", "JupyterLab, to be tested against") : Promise.resolve(null),
  ]);
  for (const part of [node, packages, found, jupyter]) if (part.status === "rejected") throw part.reason;
  if (options.build !== false) await build(terminal, node.value);
  return { node: node.value, python: found.value, jupyter: jupyter.value };
}

module.exports = { setUp, build };
