"use strict";
/** Serves the demo's notebook and runs it, through the same server and API that users have. */
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { setTimeout: wait } = require("node:timers/promises");
const { root, stateFolder, readJson } = require("./project.cjs");
const { pythonVariables } = require("./python-environment.cjs");
const { SetupError } = require("./terminal.cjs");

const USUAL_PORT = 7717;
const START_LIMIT_MS = 30_000;
const folder = path.join(stateFolder, "demo");
const notebook = path.join(folder, "digits.ipynb");
// Beside the served folder, not in it: it holds the token.
const noteFile = path.join(stateFolder, "demo-server.json");

function demoOptions(words) {
  const options = {
    attach: false,
    browser: Boolean(process.stdout.isTTY) && !process.env.CI,
    port: null,
  };
  for (let at = 0; at < words.length; at += 1) {
    const [word, attached] = words[at].split("=");
    if (word === "attach") options.attach = true;
    else if (word === "--no-browser") options.browser = false;
    else if (word === "--port") {
      options.port = Number(attached === undefined ? words[++at] : attached);
      if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535)
        throw new SetupError(
          "--port takes a number from 0 to 65535.",
          "For example: npm run demo -- --port 8000",
        );
    } else
      throw new SetupError(
        `The demo has no option ${word}.`,
        "There are: npm run demo -- [attach] --no-browser --port N",
      );
  }
  return options;
}

/** A demo that was started before and still runs, or null. */
async function runningDemo() {
  const note = readJson(noteFile);
  if (!note) return null;
  try {
    const status = await (await call(note, "GET", "/api/status")).json();
    return status.folder === fs.realpathSync(folder) ? note : null;
  } catch {
    return null;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

async function call({ url, token }, method, route, body) {
  const response = await fetch(url + route, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok)
    throw new Error((await response.json().catch(() => ({}))).message || `HTTP ${response.status}`);
  return response;
}

/** Starts the server and waits for the address that it prints. */
function startServer({ node, python, browser, port }) {
  const words = ["open", notebook, "--port", String(port), ...(browser ? [] : ["--no-browser"])];
  const child = spawn(node, [path.join(root, "bin", "loopbook.js"), ...words], {
    cwd: folder,
    env: { ...process.env, ...pythonVariables(python) },
    // In a process group of its own, so that Ctrl-C reaches us alone, and it is asked once; the channel ends it when we are killed.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const address = new Promise((resolve, reject) => {
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      const found = /https?:\/\/\S+/.exec(stdout);
      if (found && stdout.includes("\n")) resolve(new URL(found[0]));
    });
    const failed = () => {
      const said = stderr.trim().replace(/^error: /, "") || "it said nothing";
      reject(
        new SetupError(
          `The server did not start: ${said}`,
          "Mend what it names, then try again: npm run demo",
        ),
      );
    };
    child.once("error", failed);
    child.once("exit", failed);
    setTimeout(failed, START_LIMIT_MS).unref();
  });
  return { child, address };
}

function introduction(terminal, address) {
  const bold = (text) => terminal.paint("bold", text);
  return `
${bold("A pipeline that learns to read digits, live.")}

  Open   ${bold(address.href)}

It trains for about half a minute, then waits for you at "Release". Meanwhile, on the page:
  · press Pause; in Parameters, change lr from 0.15 to 0.02; resume. The curve marks the place and calms down
  · add a cell with  worst_digits()  and run it, beside the training
  · at the hold, look at what it reads wrongly. Run again from stage 4, or approve, or refuse
From another terminal:
  node bin/loopbook.js ps            and: pause, params lr=0.02, resume, approve, stop

The notebook is a copy: ${path.relative(process.cwd(), notebook) || notebook}. Ctrl-C ends the demo.
`;
}

function stateLine(run) {
  const step = `step ${Math.min(run.stepsDone + 1, run.stepsTotal)} of ${run.stepsTotal}`;
  if (run.hold) return `${step}: waits for you. ${run.hold.what}`;
  if (run.status === "starting") return "the kernel starts";
  if (["running", "pausing", "stopping"].includes(run.status)) return `${step}: ${run.status}`;
  return `${run.status}${run.outcome ? `: ${run.outcome}` : ""}. The page stays open until Ctrl-C`;
}

/** Says what the run does, whenever that changes, until the server is gone. */
async function follow(terminal, server, isOver) {
  let said = "";
  while (!isOver()) {
    const runs = await call(server, "GET", "/api/runs").then(
      (response) => response.json(),
      () => null,
    );
    const run = runs?.find(({ inputPath }) => inputPath && path.basename(inputPath) === "digits.ipynb");
    const line = run ? stateLine(run) : said;
    if (line !== said) {
      said = line;
      terminal.line(`${terminal.paint("dim", new Date().toTimeString().slice(0, 8))}  ${line}`);
    }
    await wait(300);
  }
}

async function runDemo(terminal, { node, python, browser, port }) {
  const before = await runningDemo();
  if (before) {
    terminal.line(`\nThe demo runs already (process ${before.pid}): ${before.address}`);
    return;
  }
  fs.mkdirSync(folder, { recursive: true });
  // Earlier versions kept theirs there.
  fs.rmSync(path.join(folder, "server.json"), { force: true });
  fs.rmSync(path.join(folder, "released"), { recursive: true, force: true });
  fs.copyFileSync(path.join(root, "examples", "digits", "digits.ipynb"), notebook);

  const usualIsFree = port === null && (await isFree(USUAL_PORT));
  if (port === null && !usualIsFree)
    terminal.line(`Port ${USUAL_PORT} is taken; another is used (--port N chooses one).`);
  const { child, address: printed } = startServer({
    node,
    python,
    browser,
    port: port ?? (usualIsFree ? USUAL_PORT : 0),
  });
  let isOver = false;
  child.once("exit", () => {
    isOver = true;
  });
  const end = () => {
    if (isOver || child.exitCode !== null) return;
    terminal.line("\nEnding: the notebook is saved, the kernel ends …");
    child.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  const orphaned = endWithNpm(end);

  const address = await printed;
  const server = {
    url: address.origin,
    token: address.searchParams.get("token"),
    pid: child.pid,
    address: address.href,
  };
  fs.writeFileSync(noteFile, JSON.stringify(server), { mode: 0o600 });
  terminal.line(introduction(terminal, address));
  try {
    await call(server, "POST", "/api/runs", {
      path: notebook,
      output: { type: "in-place" },
      onError: "hold",
    });
  } catch (error) {
    child.kill("SIGTERM");
    throw new SetupError(
      `The run did not start: ${error.message}`,
      "Mend what it names, then try again: npm run demo",
    );
  }
  await follow(terminal, server, () => isOver);
  clearInterval(orphaned);
  fs.rmSync(noteFile, { force: true });
}

/** npm's shell does not pass on a signal that npm alone was sent: what shows is that our parent is another one. */
function endWithNpm(end) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  return setInterval(() => process.ppid !== parent && end(), 500);
}

module.exports = { demoOptions, runDemo, isFree, endWithNpm };
