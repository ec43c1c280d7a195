"use strict";
/**
 * `npm run demo [-- --no-browser --port N]`: sets up what is missing, copies the digits notebook to `.loopbook/demo`,
 * serves it and runs it live. The page stays served when the run has ended; Ctrl-C ends everything.
 */
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { setUp } = require("./lib/set-up.cjs");
const { demoOptions, runDemo } = require("./lib/demo.cjs");

const terminal = createTerminal();

async function main() {
  const options = demoOptions(process.argv.slice(2));
  const { node, python } = await setUp(terminal);
  await runDemo(terminal, { node, python, ...options });
}

main().catch((error) => fail(terminal, error));
