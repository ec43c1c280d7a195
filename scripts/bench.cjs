"use strict";
/** `npm run bench -- [NAME …] [--times=N] [--scale=SHARE]`: see bench/main.ts. */
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { pythonVariables } = require("./lib/python-environment.cjs");
const { setUp } = require("./lib/set-up.cjs");

/** Those that measure a JupyterLab beside ours. */
const BESIDE_JUPYTER = ["rooms", "busy-room", "losses", "opening", "rewrites"];

const terminal = createTerminal();
const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const jupyterIsNeeded = names.length === 0 || names.some((name) => BESIDE_JUPYTER.includes(name));
setUp(terminal, { python: "tests", jupyter: jupyterIsNeeded }).then(
  ({ node, python, jupyter }) => {
    const script = path.join(__dirname, "..", "bench", "main.ts");
    const env = {
      ...process.env,
      ...pythonVariables(python),
      LOOPBOOK_TEST_PYTHON: python.prefix,
      ...(jupyter ? { LOOPBOOK_TEST_JUPYTER: jupyter.prefix } : {}),
    };
    process.exitCode =
      spawnSync(node, [script, ...process.argv.slice(2)], { stdio: "inherit", env }).status ?? 1;
  },
  (error) => fail(terminal, error),
);
