"use strict";
/**
 * Starts the command line on a Node that it runs on. This file is read by whatever Node the user has, so it is
 * written in syntax that Node 12 can parse; everything newer is loaded only after the check.
 */
const { spawn } = require("child_process");
const fs = require("fs");
const module_ = require("module");
const os = require("os");
const path = require("path");
const { pathToFileURL } = require("url");
const runtime = require("./node-runtime.cjs");

const root = path.join(__dirname, "..");
/** Our own code works for more than this share of a look's time: then it is what the run waits for. */
const BUSY_SHARE = 0.35;
const BUSY_LOOK_MS = 1000;

if (runtime.isSupported(process.versions.node)) startHere();
else startOnNewerNode();

function startHere() {
  hideNoticesOfNode();
  if (process.argv[2] === "run") spareMemory();
  // Started by an older Node's launcher: when that one is killed we must not be left behind unnoticed.
  if (process.send) {
    if (process.channel) process.channel.unref();
    process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  }
  if (module_.enableCompileCache)
    module_.enableCompileCache(path.join(runtime.cacheFolder(), "compile-cache"));
  const built = path.join(root, "dist", "cli.js");
  const source = path.join(root, "src", "cli", "main.ts");
  const wantSource = process.env.LOOPBOOK_SOURCE === "1" && fs.existsSync(source);
  const entry = !wantSource && fs.existsSync(built) ? built : source;
  import(pathToFileURL(entry).href).then(
    (cli) => cli.main(process.argv.slice(2)),
    (error) => {
      process.stderr.write(
        `loopbook could not start: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      process.exitCode = 1;
    },
  );
}

/**
 * A run's process mostly waits, often on a machine whose memory the model wants: young objects get little room,
 * garbage goes soon, and the optimising compilers, which take some twenty megabytes, rest until they are worth it.
 * Measured at 5,000 cells: a third less memory, no slower. (A server keeps V8's own rules.)
 */
function spareMemory() {
  const v8 = require("v8");
  v8.setFlagsFromString("--max-semi-space-size=1");
  v8.setFlagsFromString("--semi-space-growth-factor=1");
  // Not yet a tenth: the first cells would wait for collections that free next to nothing.
  v8.setFlagsFromString("--heap-growing-percent=50");
  // Else garbage is let grow by eight megabytes at least.
  v8.setFlagsFromString("--optimize-for-size");
  // A short run is over before its code would be found worth compiling, even without optimising.
  v8.setFlagsFromString("--always-sparkplug");
  v8.setFlagsFromString("--no-opt");
  v8.setFlagsFromString("--no-maglev");
  const used = () => {
    const { user, system } = process.threadCpuUsage ? process.threadCpuUsage() : process.cpuUsage();
    return (user + system) / 1000;
  };
  let before = used();
  const look = setInterval(() => {
    v8.setFlagsFromString("--heap-growing-percent=10");
    const now = used();
    const isBusy = now - before > BUSY_SHARE * BUSY_LOOK_MS;
    before = now;
    if (!isBusy) return;
    clearInterval(look);
    v8.setFlagsFromString("--opt");
    v8.setFlagsFromString("--maglev");
  }, BUSY_LOOK_MS);
  look.unref();
}

/** `node:sqlite` and type stripping are settled features for us; their notices would only alarm users. */
function hideNoticesOfNode() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const text = typeof warning === "string" ? warning : warning.message;
    if (/SQLite is an experimental feature|Type Stripping is an experimental feature/.test(text))
      return undefined;
    return emitWarning.call(process, warning, ...rest);
  };
}

function startOnNewerNode() {
  let node;
  try {
    node = runtime.ensureNode({
      say: (line) =>
        process.stderr.write(
          "loopbook needs Node 22.18 or newer and was started by " +
            process.versions.node +
            ". " +
            line +
            "\n",
        ),
    });
  } catch (error) {
    process.stderr.write(
      "loopbook needs Node 22.18 or newer; this is " +
        process.versions.node +
        " and a newer one could not be had: " +
        error.message +
        ". Type: npx -p node@24 -p loopbook loopbook " +
        process.argv.slice(2).join(" ") +
        "\n",
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [path.join(__dirname, "loopbook.js")].concat(process.argv.slice(2)), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: process.env,
  });
  // A terminal sends Ctrl-C to both of us, a supervisor to us alone; the child takes two at the same moment for one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`loopbook could not start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal ? 128 + (os.constants.signals[signal] || 0) : code;
    process.exit();
  });
}
