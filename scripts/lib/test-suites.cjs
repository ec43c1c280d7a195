"use strict";
/** What `npm test` runs, in order, and how each counts. A check (lint, types, build) counts as one test. */
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root, stateFolder, readJson } = require("./project.cjs");

const results = path.join(stateFolder, "test-results");
const module_ = (...parts) => path.join(root, "node_modules", ...parts);

/** Runs with its output going straight to ours. */
function stream(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code === null ? 1 : code));
  });
}

const check = (name, args) => ({
  name,
  async run({ node, env }) {
    const code = await stream(node, args, env);
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  },
});

/** Sums vitest's own report; what failed without being a test (a file that does not load) counts as one failure. */
function countsOf(report, code) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, secondTries: [] };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests || 0),
    secondTries: report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(passedAfterFailing)
        .map((test) => `${path.relative(root, name)}: ${test.fullName}`),
    ),
  };
}

/** Vitest keeps what an earlier try failed with, also when a later one passed. */
function passedAfterFailing(test) {
  return test.status === "passed" && test.failureMessages.length > 0;
}

const tests = (project) => ({
  name: project,
  async run({ node, env }) {
    const file = path.join(results, `${project}.json`);
    fs.rmSync(file, { force: true });
    const code = await stream(
      node,
      [
        module_("vitest", "vitest.mjs"),
        "run",
        `--project=${project}`,
        "--passWithNoTests",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ],
      env,
    );
    return countsOf(readJson(file), code);
  },
});

const suites = [
  check("lint", [module_("@biomejs", "biome", "bin", "biome"), "ci", "--error-on-warnings"]),
  check("types", [module_("typescript", "bin", "tsc"), "-p", "."]),
  check("build", [path.join(root, "scripts", "lib", "build", "main.ts")]),
  tests("unit"),
  tests("integration"),
  tests("browser"),
];

module.exports = { suites, countsOf };
