"use strict";
/**
 * `npm test`: sets up what the tests need, then lint, types, build, and every test. The last line is the sum.
 * `npm test -- lint unit` runs only those named.
 */
const path = require("node:path");
const { ensureChromium } = require("./lib/chromium.cjs");
const { pythonVariables } = require("./lib/python-environment.cjs");
const { setUp } = require("./lib/set-up.cjs");
const { createTerminal, fail } = require("./lib/terminal.cjs");
const { suites } = require("./lib/test-suites.cjs");

const terminal = createTerminal();
const asked = process.argv.slice(2);
const chosen = asked.length === 0 ? suites : suites.filter((suite) => asked.includes(suite.name));

async function main() {
  const startedAt = Date.now();
  if (chosen.length === 0) {
    terminal.line(`No such suite. There are: ${suites.map((suite) => suite.name).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  // A missing browser must not keep the other suites from being run; it counts as a failure of its own.
  const browser = chosen.some((suite) => suite.name === "browser")
    ? ensureChromium(terminal).catch((error) => error)
    : null;
  const jupyterIsNeeded = chosen.some(({ name }) => name === "integration" || name === "browser");
  const { node, python, jupyter } = await setUp(terminal, {
    python: "tests",
    jupyter: jupyterIsNeeded,
    build: false,
  });
  const chromium = await browser;

  const variables = pythonVariables(python);
  const env = {
    ...process.env,
    ...variables,
    PATH: [path.dirname(node), variables.PATH].join(path.delimiter),
    LOOPBOOK_TEST_PYTHON: python.prefix,
    ...(jupyter ? { LOOPBOOK_TEST_JUPYTER: jupyter.prefix } : {}),
    // What a user's machine has, for the test of the launcher.
    LOOPBOOK_MACHINE_NODE: process.execPath,
    ...(typeof chromium === "string" ? { LOOPBOOK_TEST_CHROMIUM: chromium } : {}),
  };

  const sum = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  const secondTries = [];
  for (const suite of chosen) {
    terminal.line(`\n${terminal.paint("bold", `── ${suite.name} ──`)}`);
    const from = Date.now();
    let counts;
    if (suite.name === "browser" && chromium instanceof Error) {
      terminal.line(`${chromium.message}\n→ ${chromium.advice}`);
      counts = { passed: 0, failed: 1, skipped: 0 };
    } else counts = await suite.run({ node, env });
    for (const key of Object.keys(sum)) sum[key] += counts[key];
    secondTries.push(...(counts.secondTries || []));
    const mark = counts.failed === 0 ? terminal.paint("green", "✓") : terminal.paint("red", "✗");
    const skipped = counts.skipped ? `, ${counts.skipped} skipped` : "";
    const seconds = ((Date.now() - from) / 1000).toFixed(1);
    lines.push(
      `${mark} ${suite.name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed${skipped}  ${seconds} s`,
    );
    terminal.line(lines[lines.length - 1]);
  }
  terminal.line(`\n${terminal.paint("bold", "── summary ──")}`);
  for (const line of lines) terminal.line(line);
  for (const name of secondTries) terminal.line(`passed at the second try: ${name}`);
  terminal.line(`in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
  terminal.line(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ""}`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

main().catch((error) => fail(terminal, error));
