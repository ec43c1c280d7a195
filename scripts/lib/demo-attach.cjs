"use strict";
/**
 * A training script in a process of its own that joins a notebook. Server and script know nothing of each other's
 * processes: either may be killed, and the demo, started again, takes up what is left.
 */
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: wait } = require("node:timers/promises");
const { endWithNpm, isFree } = require("./demo.cjs");
const { root, stateFolder, readJson, run } = require("./project.cjs");
const { pythonVariables } = require("./python-environment.cjs");
const { SetupError } = require("./terminal.cjs");

const NOTEBOOK_LIMIT_MS = 30_000;
const folder = path.join(stateFolder, "demo-attach");
const notebook = path.join(folder, "train.ipynb");
const script = path.join(root, "examples", "attach", "train.py");
// Beside the served folder, not in it.
const noteFile = path.join(stateFolder, "demo-attach.json");
const logFile = path.join(stateFolder, "demo-attach.log");

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** The process of an earlier start that still trains, or null. A process id alone may be another program's by now. */
async function trainingOf(note) {
  if (!note?.training || !isAlive(note.training)) return null;
  const { code, output } = await run("ps", ["-o", "command=", "-p", String(note.training)]);
  return code === null || output.includes(script) ? note.training : null;
}

/** Asked over its port: a killed process that nobody has waited for still counts as one. */
async function serves(page) {
  try {
    await fetch(new URL("/api/status", page), { signal: AbortSignal.timeout(20_000) });
    return true;
  } catch (error) {
    return error.name === "TimeoutError";
  }
}

/** The server of the folder: the one that is up, or a new one. */
async function serve({ node, env, port }) {
  const words = ["up", folder, ...(port === null ? [] : ["--port", String(port)])];
  const { code, output } = await run(node, [path.join(root, "bin", "loopbook.js"), ...words], { env });
  const address = /https?:\/\/\S+/.exec(output)?.[0];
  const pid = Number(/process (\d+)/.exec(output)?.[1]);
  if (code !== 0 || !address || !pid)
    throw new SetupError(
      `The server did not start: ${output.trim().replace(/^error: /, "")}`,
      "Mend what it names, then try again: npm run demo -- attach",
    );
  const page = new URL(address);
  page.pathname = `/open/${path.basename(notebook)}`;
  return { pid, page };
}

/** The script, in a process group of its own: it outlives us, the server and this terminal. */
function train({ python, env }) {
  const log = fs.openSync(logFile, "w");
  const child = spawn(python.python, [script, notebook], {
    cwd: folder,
    env: { ...process.env, ...env, PYTHONPATH: path.join(root, "python", "src") },
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  child.on("error", () => {});
  child.unref();
  return child.pid;
}

async function notebookIsMade(pid) {
  const until = Date.now() + NOTEBOOK_LIMIT_MS;
  while (!fs.existsSync(notebook)) {
    if (Date.now() > until || !isAlive(pid))
      throw new SetupError(
        `The script did not join: ${fs.readFileSync(logFile, "utf8").trim().split("\n").pop() || "it said nothing"}`,
        `Look into ${logFile}, then try again: npm run demo -- attach`,
      );
    await wait(100);
  }
}

function introduction(terminal, { page, pid, training, isBack }) {
  const bold = (text) => terminal.paint("bold", text);
  const begun = isBack
    ? "The script went on without the server. What it told meanwhile is on the page, each point once."
    : "It trains for about three minutes, then asks whether to release the model.";
  return `
${bold("A training script in its own process, in a notebook.")}

  Open   ${bold(page.href)}

${begun} Try:
  · in Parameters, change lr from 0.02 to 0.5. The script takes it before its next epoch, and the curves fall
  · press Pause: the script itself waits; resume it
  · kill the server and start the demo again while it trains:
      kill -9 ${pid}; npm run demo -- attach
  · answer its question with a click or a key; the script goes on with your answer

The script: ${path.relative(process.cwd(), script)} (process ${training}). Three lines of it join the notebook:
  run = loopbook.attach("train.ipynb")      for epoch in run.steps(…):      run.log(…)
Ctrl-C ends the script and the server.
`;
}

async function runAttachedDemo(terminal, { node, python, browser, port }) {
  const env = { ...pythonVariables(python), LOOPBOOK_URL: "", LOOPBOOK_TOKEN: "" };
  const before = readJson(noteFile);
  let training = await trainingOf(before);
  const isBack = training !== null;
  fs.mkdirSync(folder, { recursive: true });
  if (!isBack) fs.rmSync(notebook, { force: true });
  // Where the page of an earlier start waits for it.
  const wanted = port ?? (isBack && (await isFree(before.port)) ? before.port : null);
  const { pid, page } = await serve({ node, env, port: wanted });
  training ??= train({ python, env });
  fs.writeFileSync(noteFile, JSON.stringify({ training, port: Number(page.port) }));

  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    terminal.line("\nEnding: the script and the server …");
    for (const one of [training, pid]) if (isAlive(one)) process.kill(one, "SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  const orphaned = endWithNpm(end);
  try {
    await notebookIsMade(training);
    terminal.line(introduction(terminal, { page, pid, training, isBack }));
    if (browser) await run(node, [path.join(root, "bin", "loopbook.js"), "open", notebook], { env });
    let hasEnded = false;
    while (await serves(page)) {
      if (!hasEnded && !isAlive(training)) {
        hasEnded = true;
        const last = fs.readFileSync(logFile, "utf8").trim().split("\n").pop();
        terminal.line(`The script has ended${last ? ` (${last})` : ""}. The page stays open until Ctrl-C.`);
      }
      await wait(300);
    }
    if (!isEnding)
      terminal.line(
        isAlive(training)
          ? `The server is gone; the script trains on (process ${training}). Start again: npm run demo -- attach`
          : "The server is gone.",
      );
  } catch (error) {
    end();
    throw error;
  } finally {
    clearInterval(orphaned);
  }
}

module.exports = { runAttachedDemo };
