"use strict";
/**
 * `npm run test:adapters`: the adapters of libraries that weigh gigabytes, against the libraries themselves, in an
 * environment of its own (`.loopbook/adapters`). Not a part of `npm test`.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const folder = path.join(root, ".loopbook", "adapters");
const python = path.join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const PACKAGES = ["torch==2.15.0", "keras==3.15.1", "lightning==2.6.6", "transformers==5.24.0", "accelerate"];

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    stdio: "inherit",
    cwd: root,
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (!fs.existsSync(python)) run(process.env.LOOPBOOK_PYTHON ?? "python3", ["-m", "venv", folder]);
run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES]);
run(python, ["-W", "ignore", "-m", "unittest", "-v", "heavy_adapters"], {
  PYTHONPATH: ["python/src", "python/tests"].map((one) => path.join(root, one)).join(path.delimiter),
});
