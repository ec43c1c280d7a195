import { createReadStream, type Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join, parse } from "node:path";
import type { FastifyInstance } from "fastify";
import type { JupyterKernelSpec, JupyterKernelSpecs } from "../../api/http.ts";
import type { KernelSpec } from "../../kernel/kernel.ts";
import { LoopbookError } from "../../util/errors.ts";
import { isWithin } from "../folder-path.ts";
import type { Jupyter } from "./jupyter.ts";

interface ByName {
  Params: { name: string };
}
interface ByFile {
  Params: { name: string; file: string };
}

/** What a spec's folder may give away: what its kernel is shown by. */
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};
const RESOURCE = /^(kernel\.(js|css)|logo-[\w.-]+)$/;
const MAX_BYTES = 8 * 1024 ** 2;

export function kernelSpecRoutes(app: FastifyInstance, { context }: Jupyter): void {
  const specs = (): Promise<readonly KernelSpec[]> => context.host.kernelSpecs();

  app.get(
    "/api/kernelspecs",
    { config: { needs: "look", reach: "checked" } },
    async (): Promise<JupyterKernelSpecs> => {
      const all = await specs();
      const models = await Promise.all(all.map(async (spec) => [spec.name, await specModel(spec)] as const));
      return { default: defaultName(all), kernelspecs: Object.fromEntries(models) };
    },
  );

  app.get<ByName>("/api/kernelspecs/:name", { config: { needs: "look" } }, async (request) =>
    specModel(specNamed(await specs(), request.params.name)),
  );

  app.get<ByFile>("/kernelspecs/:name/:file", { config: { needs: "look" } }, async (request, reply) => {
    const { name, file } = request.params;
    const { resourceDir } = specNamed(await specs(), name);
    const type = TYPES[extname(file).toLowerCase()];
    const path = join(resourceDir, file);
    if (type === undefined || !RESOURCE.test(file) || !(await isServed(resourceDir, path))) {
      throw new LoopbookError("no-such-file", `The kernel ${name} has no file ${file}.`);
    }
    reply.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    return reply.type(type).send(createReadStream(path));
  });
}

function specNamed(specs: readonly KernelSpec[], name: string): KernelSpec {
  const spec = specs.find((one) => one.name === name.toLowerCase());
  if (spec) return spec;
  throw new LoopbookError(
    "no-such-kernel",
    `There is no kernel named ${name}. \`loopbook kernels\` lists those that there are.`,
  );
}

/** The one that a notebook without a name gets. */
function defaultName(specs: readonly KernelSpec[]): string | null {
  const python =
    specs.find(({ name }) => name === "python3") ?? specs.find(({ language }) => language === "python");
  return (python ?? specs[0])?.name ?? null;
}

/** The environment of a spec may hold secrets, and no client starts a kernel by itself: it is left out. */
async function specModel(spec: KernelSpec): Promise<JupyterKernelSpec> {
  const { name, displayName, language, argv, interruptMode, metadata, resourceDir } = spec;
  const entries = await readdir(resourceDir, { withFileTypes: true }).catch((): Dirent[] => []);
  const files = entries
    .map((entry) => entry.name)
    .filter((file) => RESOURCE.test(file) && TYPES[extname(file)]);
  const keyOf = (file: string): string => (file.startsWith("logo-") ? parse(file).name : file);
  return {
    name,
    spec: {
      argv: [...argv],
      env: {},
      display_name: displayName,
      language,
      interrupt_mode: interruptMode,
      metadata,
    },
    resources: Object.fromEntries(
      files.map((file) => [
        keyOf(file),
        `/kernelspecs/${encodeURIComponent(name)}/${encodeURIComponent(file)}`,
      ]),
    ),
  };
}

async function isServed(folder: string, path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    return (
      facts.isFile() && facts.size <= MAX_BYTES && isWithin(await realpath(folder), await realpath(path))
    );
  } catch {
    return false;
  }
}
