"use strict";
/** Where things are in the checkout, stamps of finished work, and running a program with its output kept. */
const { createHash } = require("node:crypto");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
/** Everything the scripts make beside `node_modules` and `dist`; ignored by git. */
const stateFolder = path.join(root, ".loopbook");

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

const stampFile = (name) => path.join(stateFolder, "stamps", name);
const readStamp = (name) => readJson(stampFile(name));
function writeStamp(name, value) {
  fs.mkdirSync(path.dirname(stampFile(name)), { recursive: true });
  fs.writeFileSync(stampFile(name), JSON.stringify(value));
}

function filesIn(entry, keep) {
  const at = path.join(root, entry);
  const stat = fs.statSync(at, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [entry];
  return fs
    .readdirSync(at, { withFileTypes: true })
    .flatMap((child) => filesIn(path.join(entry, child.name), keep))
    .filter(keep);
}

/** A hash of the names and contents of files and folders of the checkout. */
function fingerprint(entries, keep = () => true) {
  const hash = createHash("sha256");
  for (const entry of entries)
    for (const file of filesIn(entry, keep).sort()) {
      hash.update(`${file}\0`);
      hash.update(fs.readFileSync(path.join(root, file)));
    }
  return hash.digest("hex");
}

/**
 * Runs a program to its end. Both streams are kept (the last 200 kB), each line is handed to `onLine`.
 * `code` is null when it could not be started; a number or a signal's name otherwise.
 */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, {
      cwd: options.cwd || root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      shell: options.shell || false,
    });
    const take = (chunk) => {
      output = (output + chunk).slice(-200_000);
      if (options.onLine)
        for (const text of String(chunk).split(/\r?\n|\r/)) if (text.trim()) options.onLine(text.trim());
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) =>
      resolve({ code: null, output: error.message, missing: error.code === "ENOENT" }),
    );
    child.on("close", (code, signal) =>
      resolve({ code: code === null ? signal : code, output, missing: false }),
    );
  });
}

const isNetworkTrouble = (output) =>
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Name or service not known|Temporary failure in name resolution|NewConnectionError|Connection refused|Read timed out|Max retries exceeded/i.test(
    output,
  );

/** The last lines of a program's output, indented, for a message. */
const tail = (output, lines = 8) =>
  output
    .trimEnd()
    .split("\n")
    .slice(-lines)
    .map((text) => `    ${text}`)
    .join("\n");

module.exports = {
  root,
  stateFolder,
  readJson,
  readStamp,
  writeStamp,
  fingerprint,
  run,
  isNetworkTrouble,
  tail,
};
