"use strict";
/** `npm run docs`: writes the reference pages anew from the sources. */
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { setUp } = require("./lib/set-up.cjs");

const terminal = createTerminal();
setUp(terminal, { python: null, build: false }).then(
  ({ node }) => {
    const script = path.join(__dirname, "lib", "docs", "main.ts");
    process.exitCode = spawnSync(node, [script], { stdio: "inherit" }).status ?? 1;
  },
  (error) => fail(terminal, error),
);
