/**
 * Finds kernelspecs as Jupyter does: folders `kernels/<name>/kernel.json`, the first of a name wins, names compared
 * without case. Only reads files; no Python is started.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KernelSpec } from "../../kernel/kernel.ts";
import { objectOf, textOf, textsOf } from "../../kernel/message.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import { type DataFolder, jupyterDataFolders, prefixAround } from "./jupyter-paths.ts";
import {
  listFolder,
  pythonOf,
  pythonPrefixes,
  type Surroundings,
  sitePackagesOf,
} from "./python-prefixes.ts";

export interface FoundSpecs {
  /** In the order in which they were found. */
  readonly specs: readonly KernelSpec[];
  /** One line for each `kernel.json` that could not be used. */
  readonly notices: readonly string[];
}

export interface FindOptions extends Partial<Surroundings> {
  readonly extraPrefixes?: readonly string[];
}

const NATIVE_NAME = "python3";

export function findKernelSpecs(options: FindOptions = {}): FoundSpecs {
  const at: Surroundings = {
    env: options.env ?? process.env,
    homeDir: options.homeDir ?? homedir(),
    platform: options.platform ?? process.platform,
    cwd: options.cwd ?? process.cwd(),
  };
  const specs = new Map<string, KernelSpec>();
  const notices: string[] = [];
  const folders = jupyterDataFolders(at, options.extraPrefixes);
  const ipython = at.env.IPYTHONDIR ?? join(at.homeDir, ".ipython");
  for (const folder of [...folders, { path: ipython, prefix: null }]) {
    for (const name of listFolder(join(folder.path, "kernels")).sort()) {
      const resourceDir = join(folder.path, "kernels", name);
      const key = name.toLowerCase();
      const file = join(resourceDir, "kernel.json");
      if (specs.has(key) || !existsSync(file)) continue;
      const spec = readSpec(file, key, resourceDir);
      if (typeof spec === "string") notices.push(`${file} is left out: ${spec}`);
      else specs.set(key, withOwnPython(spec, folder, at.platform));
    }
  }
  if (!specs.has(NATIVE_NAME)) {
    const native = nativeSpec(at, options.extraPrefixes ?? []);
    if (native !== null) specs.set(NATIVE_NAME, native);
  }
  return { specs: [...specs.values()], notices };
}

/** The Python environment that holds the spec, for `{prefix}` in its argv. */
export function prefixOfSpec(spec: KernelSpec): string {
  return prefixAround(join(spec.resourceDir, "..", ".."));
}

/** The spec, or why it is none. */
function readSpec(file: string, name: string, resourceDir: string): KernelSpec | string {
  let value: JsonValue;
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")) as JsonValue;
  } catch (error) {
    return `it cannot be read (${error instanceof Error ? error.message : error})`;
  }
  if (!isJsonObject(value)) return "it is not a JSON object";
  const argv = textsOf(value.argv);
  if (!Array.isArray(value.argv) || argv.length === 0 || argv.length !== value.argv.length) {
    return "its argv is not a list of texts";
  }
  return {
    name,
    displayName: textOf(value.display_name, name),
    language: textOf(value.language),
    argv,
    env: textsIn(objectOf(value.env)),
    interruptMode: textOf(value.interrupt_mode).toLowerCase() === "message" ? "message" : "signal",
    metadata: objectOf(value.metadata),
    resourceDir,
  };
}

function textsIn(object: JsonObject): Record<string, string> {
  const pairs = Object.entries(object).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  return Object.fromEntries(pairs);
}

/** A spec that an environment's installer wrote says `python`, and means the environment's. */
function withOwnPython(spec: KernelSpec, folder: DataFolder, platform: NodeJS.Platform): KernelSpec {
  const [program = "", ...rest] = spec.argv;
  if (!/^python(3(\.\d+)?)?(\.exe)?$/.test(program)) return spec;
  const python = pythonOf(folder.prefix ?? prefixAround(folder.path), platform);
  return python === null ? spec : { ...spec, argv: [python, ...rest] };
}

/** Jupyter offers `python3` wherever ipykernel can be imported, with or without an installed spec. */
function nativeSpec(at: Surroundings, extraPrefixes: readonly string[]): KernelSpec | null {
  for (const prefix of [
    ...pythonPrefixes(at).map(({ path }) => path),
    ...extraPrefixes,
    "/usr/local",
    "/usr",
  ]) {
    const python = pythonOf(prefix, at.platform);
    const site = sitePackagesOf(prefix, at.platform).find((path) => existsSync(join(path, "ipykernel")));
    if (python === null || site === undefined) continue;
    return {
      name: NATIVE_NAME,
      displayName: "Python 3 (ipykernel)",
      language: "python",
      argv: [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
      env: {},
      interruptMode: "signal",
      metadata: { debugger: true },
      resourceDir: join(site, "ipykernel", "resources"),
    };
  }
  return null;
}
