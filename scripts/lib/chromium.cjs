"use strict";
/** The browser that the browser tests drive: Debian's `chromium`, or any Chromium or Chrome that is on the PATH. */
const fs = require("node:fs");
const path = require("node:path");
const { run, isNetworkTrouble, tail } = require("./project.cjs");
const { SetupError } = require("./terminal.cjs");

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function findChromium() {
  const named = process.env.LOOPBOOK_TEST_CHROMIUM;
  if (named && fs.existsSync(named)) return named;
  for (const folder of (process.env.PATH || "").split(path.delimiter))
    for (const name of NAMES)
      if (folder && fs.existsSync(path.join(folder, name))) return path.join(folder, name);
  return null;
}

const byHand =
  "Debian: sudo apt-get install chromium. Or name a browser: LOOPBOOK_TEST_CHROMIUM=/path/to/chrome npm test";

/** @throws SetupError when there is none and it cannot be installed from here. */
async function ensureChromium(terminal) {
  const found = findChromium();
  if (found) return found;
  const mayInstall =
    process.platform === "linux" && process.getuid() === 0 && fs.existsSync("/usr/bin/apt-get");
  if (!mayInstall) throw new SetupError("The browser tests need Chromium, and none is on the PATH.", byHand);
  await terminal.step("Chromium (apt-get)", async (tell) => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const onLine = (text) => tell(text.slice(0, 60));
    await run("apt-get", ["update"], { env, onLine });
    const result = await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      env,
      onLine,
    });
    if (result.code !== 0)
      throw new SetupError(
        isNetworkTrouble(result.output)
          ? "apt-get could not reach its servers to install Chromium."
          : `apt-get could not install Chromium:\n${tail(result.output)}`,
        byHand,
      );
  });
  return findChromium();
}

module.exports = { ensureChromium };
