"use strict";
/** `npm run setup`: everything that running from this checkout needs. Does only what is not done yet. */
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { setUp } = require("./lib/set-up.cjs");

const terminal = createTerminal();
setUp(terminal).then(
  ({ python }) => {
    terminal.line(terminal.didWork() ? "" : "Everything is up to date.");
    terminal.line(`Kernels: ${python.python}`);
    terminal.line("Try: npm run demo, or: node bin/loopbook.js --help");
  },
  (error) => fail(terminal, error),
);
