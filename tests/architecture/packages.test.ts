import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/lib/source-files.ts";

interface LockEntry {
  readonly hasInstallScript?: boolean;
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), "utf8"));

describe("the package", () => {
  it("is installed without running anybody's script", () => {
    const packages: Record<string, LockEntry> = read("package-lock.json").packages;
    // fsevents is macOS only, optional, and works from its prebuilt file with scripts off.
    const scripted = Object.entries(packages).filter(
      ([place, { hasInstallScript }]) => hasInstallScript && !place.endsWith("/fsevents"),
    );
    expect(scripted.map(([place]) => place)).toEqual([]);
  });

  it("is locked for every platform, also those that nobody here has: npm ci refuses a lockfile that lacks one", () => {
    const packages: Record<string, LockEntry> = read("package-lock.json").packages;
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies).filter(([name, version]) => {
        const found = packages[`${place}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
        return !found?.version || (/^\d/.test(version) && found.version !== version);
      }),
    );
    expect(missing).toEqual([]);
  });

  it("brings no dependency: everything is bundled", () => {
    const manifest = read("package.json");
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"])
      expect(manifest[kind] ?? {}).toEqual({});
    for (const hook of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts).not.toHaveProperty(hook);
  });
});
