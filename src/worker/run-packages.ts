/** Which packages the kernel sees: asked once, beside or behind the cells, by looking at folder names only. */
import type { Kernel } from "../kernel/kernel.ts";
import { parseLiteral } from "../nbformat/literals.ts";
import { isJsonObject } from "../util/json.ts";

/** Names nothing in the person's namespace, imports nothing that a kernel has not loaded, reads no file. */
const EXPRESSION =
  "'\\n'.join(sorted({d for p in __import__('sys').path if __import__('os').path.isdir(p or '.') " +
  "for d in __import__('os').listdir(p or '.') if d.endswith(('.dist-info', '.egg-info'))}))";

/** Name → version; null for a language that we cannot ask, or when the kernel did not answer well. */
export async function installedPackages(
  kernel: Kernel,
  lane: "main" | "subshell",
): Promise<Readonly<Record<string, string>> | null> {
  if (kernel.info.languageInfo.name.toLowerCase() !== "python") return null;
  const outcome = await kernel.execute(
    { code: "", silent: true, storeHistory: false, lane, userExpressions: { packages: EXPRESSION } },
    { onOutput: () => {} },
  );
  if (outcome.type !== "ok") return null;
  const answer = outcome.userExpressions.packages;
  const data = isJsonObject(answer) && isJsonObject(answer.data) ? answer.data["text/plain"] : undefined;
  return typeof data === "string" ? packagesOf(data) : null;
}

function packagesOf(literal: string): Readonly<Record<string, string>> | null {
  try {
    const folders = parseLiteral("python", literal);
    if (typeof folders !== "string") return null;
    const found = folders.split("\n").flatMap((folder) => {
      const match = /^(.+?)-([^-]+)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(folder);
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
    });
    return Object.fromEntries(found);
  } catch {
    return null;
  }
}
