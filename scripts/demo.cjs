"use strict";
/**
 * `npm run demo [-- --no-browser --port N]`: sets up what is missing, copies the digits notebook to `.loopbook/demo`,
 * serves it and runs it live. The page stays served when the run has ended; Ctrl-C ends everything.
 *
 * `npm run demo -- attach`: a training script in a process of its own instead, which joins a notebook.
 */
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { setUp } = require("./lib/set-up.cjs");
const { demoOptions, runDemo } = require("./lib/demo.cjs");
const { runAttachedDemo } = require("./lib/demo-attach.cjs");

const terminal = createTerminal();

async function main() {
  const options = demoOptions(process.argv.slice(2));
  const { node, python } = await setUp(terminal);
  await (options.attach ? runAttachedDemo : runDemo)(terminal, { node, python, ...options });
}

main().catch((error) => fail(terminal, error));
