/**
 * Python environments that a person at this prompt would mean, found by looking at files: no Python is started, for
 * this is on the path of every run. A prefix is what Python calls `sys.prefix`.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
}

export interface PythonPrefix {
  readonly path: string;
  /** Made by venv or virtualenv, or a conda environment that is not the base one: its kernels go before the user's. */
  readonly isEnvironment: boolean;
}

/** Nearest first: the active virtual environment, the active conda environment, the `python3` on PATH. */
export function pythonPrefixes(at: Surroundings): PythonPrefix[] {
  const { env } = at;
  const found: PythonPrefix[] = [];
  const add = (path: string | null | undefined, isEnvironment?: boolean): void => {
    if (!path) return;
    const whole = resolve(at.cwd, path);
    if (found.some((known) => known.path === whole) || !existsSync(whole)) return;
    found.push({ path: whole, isEnvironment: isEnvironment ?? existsSync(join(whole, "pyvenv.cfg")) });
  };
  add(env.VIRTUAL_ENV, true);
  add(env.CONDA_PREFIX, (env.CONDA_DEFAULT_ENV ?? "base") !== "base");
  for (const prefix of prefixesOfPathPython(at)) add(prefix);
  return found;
}

/** The executable of an environment, or null. */
export function pythonOf(prefix: string, platform: NodeJS.Platform): string | null {
  const places = platform === "win32" ? ["Scripts\\python.exe", "python.exe"] : ["bin/python", "bin/python3"];
  return places.map((place) => join(prefix, place)).find((path) => existsSync(path)) ?? null;
}

/** Folders that may hold `ipykernel` for a prefix. */
export function sitePackagesOf(prefix: string, platform: NodeJS.Platform): string[] {
  if (platform === "win32") return [join(prefix, "Lib", "site-packages")];
  const lib = join(prefix, "lib");
  const versions = listFolder(lib).filter((name) => /^python3(\.\d+)?t?$/.test(name));
  return versions.flatMap((name) => [join(lib, name, "site-packages"), join(lib, name, "dist-packages")]);
}

export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function prefixesOfPathPython(at: Surroundings): string[] {
  const names = at.platform === "win32" ? ["python.exe"] : ["python3", "python"];
  for (const folder of (at.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const python = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (python === undefined) continue;
    if (basename(folder) === "shims") {
      const prefix = pyenvPrefix(at, dirname(folder));
      if (prefix !== null) return [prefix];
      continue; // The shim of a version that is not set is no Python.
    }
    return prefixesOfExecutable(python, at.platform);
  }
  return [];
}

function prefixesOfExecutable(python: string, platform: NodeJS.Platform): string[] {
  const above = (path: string): string => {
    const folder = dirname(path);
    return platform === "win32" && basename(folder).toLowerCase() !== "scripts" ? folder : dirname(folder);
  };
  const asFound = above(python);
  // A virtual environment's python is a link to another one; its own prefix is where the link is.
  if (existsSync(join(asFound, "pyvenv.cfg"))) return [asFound];
  try {
    return [above(realpathSync(python)), asFound];
  } catch {
    return [asFound];
  }
}

/** pyenv's shim is a script that picks a version: by variable, by file in this folder or above, by its own file. */
function pyenvPrefix({ env, cwd }: Surroundings, root: string): string | null {
  const versions = [env.PYENV_VERSION, ...filesAbove(cwd, ".python-version"), read(join(root, "version"))];
  const wanted = versions.find((text) => text !== undefined && text.trim() !== "");
  for (const name of (wanted ?? "").split(/[\s:]+/)) {
    const prefix = join(root, "versions", name);
    if (name !== "" && name !== "system" && existsSync(prefix)) return prefix;
  }
  return null;
}

function filesAbove(folder: string, name: string): (string | undefined)[] {
  const parent = dirname(folder);
  const here = read(join(folder, name));
  return parent === folder ? [here] : [here, ...filesAbove(parent, name)];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
