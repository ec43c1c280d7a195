/** What `loopbook doctor` looks at, one finding after the other. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { USUAL_PORT } from "../../server/listen.ts";
import { liveProcesses } from "../../server/registry.ts";
import { messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { heldKernels } from "../../worker/held-kernels.ts";
import { knownBrowser } from "../browser/open-in-browser.ts";
import type { CliContext } from "../context.ts";
import { pageFolder } from "../page-folder.ts";
import { stateFolder } from "../state-folder.ts";
import { loopbookVersion } from "../version.ts";
import { examineKernels } from "./examine-kernels.ts";
import { broken, type Finding, warning, works } from "./finding.ts";

const GIGABYTE = 1e9;

export async function* examine(context: CliContext, startKernels: boolean): AsyncGenerator<Finding> {
  yield works("Loopbook", loopbookVersion());
  // The launcher has seen to it that this Node is new enough.
  yield works("Node", `${process.versions.node} (${process.execPath})`);
  yield examinePython(context.env);
  yield* examineKernels(context, startKernels);
  yield examineState();
  yield examineHeldKernels();
  yield examineDisk();
  yield await examinePort();
  yield examineBrowser(context.env);
  yield examinePage();
  if (process.platform === "linux") yield examineWatches();
}

function examinePython(env: CliContext["env"]): Finding {
  const prefix = env.VIRTUAL_ENV ?? env.CONDA_PREFIX;
  const candidates = [
    ...(prefix === undefined
      ? []
      : [join(prefix, process.platform === "win32" ? "python.exe" : "bin/python")]),
    "python3",
    "python",
  ];
  for (const python of candidates) {
    const asked = spawnSync(python, ["-c", "import sys; print(sys.version.split()[0], sys.executable)"], {
      encoding: "utf8",
      timeout: 10_000,
      windowsHide: true,
    });
    if (asked.status !== 0) continue;
    const [version = "", path = ""] = asked.stdout.trim().split(" ");
    const hasKernel = spawnSync(python, ["-c", "import ipykernel; print(ipykernel.__version__)"], {
      encoding: "utf8",
      timeout: 20_000,
      windowsHide: true,
    });
    if (hasKernel.status === 0)
      return works("Python", `${version} with ipykernel ${hasKernel.stdout.trim()} (${path})`);
    const advice = `To run Python notebooks with it: ${path} -m pip install ipykernel`;
    return warning("Python", `${version} without ipykernel (${path})`, advice);
  }
  return warning(
    "Python",
    "none found",
    "Install Python 3.10 or newer, then: python3 -m pip install ipykernel",
  );
}

function examineState(): Finding {
  const folder = stateFolder();
  const probe = join(folder, `.doctor-${randomToken(6)}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, "");
    rmSync(probe);
    const count = liveProcesses(folder).length;
    return works("State folder", `${folder}, ${count} live ${count === 1 ? "process" : "processes"}`);
  } catch (error) {
    const advice = "Make it writable, or set LOOPBOOK_HOME to another folder.";
    return broken("State folder", `${folder} cannot be written (${messageOf(error)})`, advice);
  }
}

/** Kernels whose process is gone: they are listed here, and end by themselves. */
function examineHeldKernels(): Finding {
  const held = heldKernels(stateFolder());
  const alone = held.filter(({ record, isAlive }) => !isAlive || record.unattendedSinceMs !== null);
  if (alone.length === 0) return works("Kept kernels", `${held.length}, each with its process`);
  const advice =
    "`loopbook ps --kernels` lists them; `loopbook resume RUN` goes on with one, `loopbook stop --kernel ID` ends it.";
  return warning("Kept kernels", `${alone.length} without the process that ran them`, advice);
}

function examineDisk(): Finding {
  const folder = existsSync(stateFolder()) ? stateFolder() : process.cwd();
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIGABYTE;
  const found = `${free.toFixed(1)} GB free beside the state folder`;
  if (free >= 1) return works("Disk", found);
  const advice = "Free some space: records of runs and copies of notebooks are kept there.";
  return free < 0.05 ? broken("Disk", found, advice) : warning("Disk", found, advice);
}

function examinePort(): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      const owner = liveProcesses(stateFolder()).find(({ url }) => url.endsWith(`:${USUAL_PORT}`));
      resolve(
        owner === undefined
          ? warning(
              "Port",
              `${USUAL_PORT} is taken by another program`,
              "Loopbook takes the next free one by itself.",
            )
          : works("Port", `${USUAL_PORT} is Loopbook's own (process ${owner.pid})`),
      );
    });
    server.listen(USUAL_PORT, "127.0.0.1", () => {
      server.close(() => resolve(works("Port", `${USUAL_PORT} is free`)));
    });
  });
}

function examineBrowser(env: CliContext["env"]): Finding {
  const program = knownBrowser(env);
  if (program !== null) return works("Browser", `opened with ${program}`);
  const advice =
    "Addresses are printed: open them yourself (over ssh with a forwarded port), or set BROWSER.";
  return warning("Browser", "none can be opened from here", advice);
}

function examinePage(): Finding {
  const folder = pageFolder();
  if (folder !== null) return works("Page", folder);
  return broken(
    "Page",
    "the live page is not built",
    "In a checkout: npm run build. Else install loopbook anew.",
  );
}

/** Folders are watched for changes made outside. */
function examineWatches(): Finding {
  try {
    const limit = Number(readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8"));
    if (limit >= 8192) return works("File watches", `${limit} allowed`);
    return warning("File watches", `only ${limit} allowed`, "sudo sysctl fs.inotify.max_user_watches=65536");
  } catch {
    return works("File watches", "not limited here");
  }
}
