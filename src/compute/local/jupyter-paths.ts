/**
 * The folders in which Jupyter looks for its data, in order: what `jupyter --paths` prints under `data`. Source:
 * jupyter_core's documentation (https://jupyter.readthedocs.io/en/latest/use/jupyter-directories.html).
 *
 * One thing must differ: Jupyter's "environment" is the Python that runs it. We are not run by one, so ours are the
 * environments that a person at this prompt would mean (`python-prefixes.ts`).
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { listFolder, type PythonPrefix, pythonPrefixes, type Surroundings } from "./python-prefixes.ts";

export interface DataFolder {
  readonly path: string;
  /** The Python environment that it belongs to; null for a user's or the system's folder. */
  readonly prefix: string | null;
}

/** @param extraPrefixes environments to look in after all others of their kind (a private one of ours). */
export function jupyterDataFolders(at: Surroundings, extraPrefixes: readonly string[] = []): DataFolder[] {
  const prefixes = pythonPrefixes(at);
  const environment = prefixes.map(({ path }) => inPrefix(path));
  const user = userFolders(at, prefixes).map((path) => ({ path, prefix: null }));
  const ordered = prefersEnvironment(at.env, prefixes)
    ? [...environment, ...user]
    : [...user, ...environment];
  const all = [...statedFolders(at), ...ordered, ...extraPrefixes.map(inPrefix), ...systemFolders(at)];
  const seen = new Set<string>();
  return all.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** Jupyter's reading of a switch: set, and not one of these words. */
export function isSet(value: string): boolean {
  return !["no", "n", "false", "off", "0", "0.0"].includes(value.toLowerCase());
}

function inPrefix(prefix: string): DataFolder {
  return { path: join(prefix, "share", "jupyter"), prefix };
}

function statedFolders({ env, platform, cwd }: Surroundings): DataFolder[] {
  const paths = (env.JUPYTER_PATH ?? "")
    .split(platform === "win32" ? ";" : ":")
    .filter((path) => path !== "");
  return paths.map((path) => {
    const whole = isAbsolute(path) ? path.replace(/(?<=.)[/\\]+$/, "") : resolve(cwd, path);
    return { path: whole, prefix: null };
  });
}

function prefersEnvironment(env: NodeJS.ProcessEnv, prefixes: readonly PythonPrefix[]): boolean {
  const stated = env.JUPYTER_PREFER_ENV_PATH;
  return stated !== undefined ? isSet(stated) : (prefixes[0]?.isEnvironment ?? false);
}

/** `jupyter_data_dir()`. */
export function jupyterDataDir({ env, homeDir, platform }: Surroundings): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (env.JUPYTER_PLATFORM_DIRS !== undefined && isSet(env.JUPYTER_PLATFORM_DIRS)) {
    if (platform === "darwin") return join(homeDir, "Library", "Application Support", "Jupyter");
    if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homeDir, "AppData", "Local"), "Jupyter");
  } else if (platform === "darwin") return join(homeDir, "Library", "Jupyter");
  else if (platform === "win32") {
    return env.APPDATA ? join(env.APPDATA, "jupyter") : join(homeDir, ".jupyter", "data");
  }
  return join(env.XDG_DATA_HOME || join(homeDir, ".local", "share"), "jupyter");
}

function userFolders(at: Surroundings, prefixes: readonly PythonPrefix[]): string[] {
  const folders = [jupyterDataDir(at)];
  // What `pip install --user` installs; inside a virtual environment Python leaves it out.
  if (!prefixes[0]?.isEnvironment)
    folders.push(...userBases(at).map((base) => join(base, "share", "jupyter")));
  return folders;
}

function userBases({ env, homeDir, platform }: Surroundings): string[] {
  if (env.PYTHONUSERBASE) return [env.PYTHONUSERBASE];
  const perVersion =
    platform === "darwin"
      ? join(homeDir, "Library", "Python")
      : platform === "win32"
        ? join(env.APPDATA ?? homeDir, "Python")
        : null;
  if (perVersion === null) return [join(homeDir, ".local")];
  return listFolder(perVersion).map((version) => join(perVersion, version));
}

function systemFolders({ env, platform }: Surroundings): DataFolder[] {
  if (platform !== "win32") {
    return ["/usr/local", "/usr"].map((prefix) => ({ path: join(prefix, "share", "jupyter"), prefix: null }));
  }
  const isTrusted = env.JUPYTER_USE_PROGRAMDATA !== undefined && isSet(env.JUPYTER_USE_PROGRAMDATA);
  return isTrusted && env.PROGRAMDATA ? [{ path: join(env.PROGRAMDATA, "jupyter"), prefix: null }] : [];
}

/** The prefix that a data folder such as `/usr/share/jupyter` lies in, whoever owns it. */
export function prefixAround(dataFolder: string): string {
  return dirname(dirname(dataFolder));
}
