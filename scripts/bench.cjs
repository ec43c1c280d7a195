"use strict";
/** `npm run bench -- [NAME …] [--times=N]`: see bench/main.ts. */
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { pythonVariables } = require("./lib/python-environment.cjs");
const { setUp } = require("./lib/set-up.cjs");

const terminal = createTerminal();
setUp(terminal, { python: "tests" }).then(
  ({ node, python }) => {
    const script = path.join(__dirname, "..", "bench", "main.ts");
    const env = { ...process.env, ...pythonVariables(python), LOOPBOOK_TEST_PYTHON: python.prefix };
    process.exitCode =
      spawnSync(node, [script, ...process.argv.slice(2)], { stdio: "inherit", env }).status ?? 1;
  },
  (error) => fail(terminal, error),
);
