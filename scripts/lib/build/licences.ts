/** Collects the licences of the packages whose code went into a bundle, as a plugin of rolldown and vite. */
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Plugin } from "rolldown";

interface LicenceCollector {
  readonly plugin: Plugin;
  count(): number;
  text(): Promise<string>;
}

/** The folder of the package that a module belongs to, or null for our own. */
function packageFolder(moduleId: string): string | null {
  const file = moduleId.replace(/^\0/, "").replace(/\?.*$/, "");
  if (!file.includes("/node_modules/")) return null;
  for (let folder = path.dirname(file); !folder.endsWith("node_modules"); folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    // Folders inside a package may hold a package.json that only says "type": "module".
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version) return folder;
    if (folder === path.dirname(folder)) return null;
  }
  return null;
}

async function describe(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(
    files
      .filter((name) => !/\.(c?js|ts)$/.test(name))
      .map((name) => readFile(path.join(folder, name), "utf8")),
  );
  const licence =
    typeof manifest.license === "string" ? manifest.license : (manifest.license?.type ?? "see below");
  return [`${manifest.name} ${manifest.version} (${licence})`, ...texts.map((text) => text.trim())].join(
    "\n\n",
  );
}

/** One collector serves several bundles; ask for the text when all are done. */
export function createLicenceCollector(root: string): LicenceCollector {
  const folders = new Set<string>();
  return {
    plugin: {
      name: "collect-licences",
      generateBundle(_options, bundle) {
        for (const part of Object.values(bundle)) {
          if (part.type !== "chunk") continue;
          for (const id of part.moduleIds) {
            const folder = packageFolder(path.resolve(root, id));
            if (folder) folders.add(folder);
          }
        }
      },
    },
    count: () => folders.size,
    async text() {
      const described = await Promise.all([...folders].map(describe));
      const line = `\n\n${"-".repeat(78)}\n\n`;
      return `Loopbook's built files contain code of these packages.${line}${described.sort().join(line)}\n`;
    },
  };
}
