"use strict";
/** `npm run build`: bundles the program, the library and the page into `dist/`, whether sources changed or not. */
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { setUp, build } = require("./lib/set-up.cjs");

const terminal = createTerminal();
setUp(terminal, { python: null, build: false })
  .then(({ node }) => build(terminal, node, { always: true }))
  .catch((error) => fail(terminal, error));
