"use strict";
/** `npm ci`, when what is installed is not what the lockfile says. */
const fs = require("node:fs");
const path = require("node:path");
const { root, readJson, run, isNetworkTrouble, tail } = require("./project.cjs");
const { SetupError } = require("./terminal.cjs");

/** npm's own record in `node_modules` against the lockfile: the same versions, and the folders are there. */
function nodePackagesAreCurrent() {
  const wanted = readJson(path.join(root, "package-lock.json"));
  const installed = readJson(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !installed) return false;
  const own = wanted.packages[""];
  for (const name of Object.keys({ ...own.dependencies, ...own.devDependencies }))
    if (!fs.existsSync(path.join(root, "node_modules", name, "package.json"))) return false;
  return Object.entries(wanted.packages).every(([place, entry]) => {
    if (place === "" || entry.optional || entry.peer) return true;
    const found = installed.packages[place];
    return found && found.version === entry.version;
  });
}

async function installNodePackages(tell) {
  // npm empties a folder before it fills it: behind a link that is another checkout's.
  if (fs.lstatSync(path.join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink())
    throw new SetupError(
      "The installed packages are not those of package-lock.json, and node_modules is a link to another folder, which is not touched.",
      "Install there, or remove the link and try again.",
    );
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const shell = process.platform === "win32";
  const version = await run(npm, ["--version"], { shell });
  if (version.missing)
    throw new SetupError(
      "npm is not on the PATH.",
      "Install Node (which brings npm) from https://nodejs.org, then try again.",
    );
  if (Number.parseInt(version.output, 10) < 7)
    throw new SetupError(
      `npm ${version.output.trim()} is too old for this lockfile (7 or later is needed).`,
      "Type: npm install --global npm@latest",
    );
  const result = await run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"], {
    shell,
    onLine: (text) => {
      const fetched = /http fetch GET \d+ \S*\/(@?[^/\s]+(?:\/[^/\s]+)?)\/-\//.exec(text);
      if (fetched) tell(fetched[1]);
    },
  });
  if (result.code === 0) return;
  // The first of npm's error lines say what happened; behind them it prints its usage.
  const errors = result.output
    .split("\n")
    .filter((text) => /^npm (error|ERR!) \S/.test(text) && !text.includes("A complete log"))
    .slice(0, 6)
    .join("\n");
  if (isNetworkTrouble(errors))
    throw new SetupError(
      "npm could not reach its registry.",
      "Check the network (behind a proxy: npm config set proxy …), then try again.",
    );
  if (/ENOSPC/.test(errors))
    throw new SetupError("The disk is full.", `Make room (about 400 MB) for ${root}, then try again.`);
  throw new SetupError(`npm ci failed:\n${tail(errors)}`, "Mend what npm names, then try again.");
}

module.exports = { nodePackagesAreCurrent, installNodePackages };
