"use strict";
/**
 * `npm run dev [-- FOLDER]`: the page as it is in the sources, built again at each change, and the server from its
 * sources, started again at each change. Reload the browser to see a change.
 */
const { spawn } = require("node:child_process");
const path = require("node:path");
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { pythonVariables } = require("./lib/python-environment.cjs");
const { root } = require("./lib/project.cjs");
const { setUp } = require("./lib/set-up.cjs");

const terminal = createTerminal();
const folder = process.argv[2] || path.join(root, "examples");

setUp(terminal, { build: false }).then(
  ({ node, python }) => {
    const env = { ...process.env, ...pythonVariables(python), LOOPBOOK_SOURCE: "1" };
    const start = (args) => spawn(node, args, { cwd: root, env, stdio: "inherit" });
    const vite = path.join(root, "node_modules", "vite", "bin", "vite.js");
    const children = [
      start([vite, "build", "--watch", "--config", "src/web/vite.config.ts", "--logLevel", "warn"]),
      start(["--watch-path=src", "src/cli/main.ts", "up", folder, "--foreground", "--port", "7718"]),
    ];
    for (const child of children)
      child.on("exit", () => {
        for (const other of children) other.kill();
      });
  },
  (error) => fail(terminal, error),
);
