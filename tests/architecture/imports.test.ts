import { describe, expect, it } from "vitest";
import {
  filesBelow,
  type Import,
  importsOf,
  isTest,
  partOf,
  readSource,
} from "../../scripts/lib/source-files.ts";
import { RULES } from "./import-rules.ts";

const files = filesBelow("src").filter((file) => !isTest(file));
const imports = files.flatMap((file) => importsOf(readSource(file)));
const own = imports.filter(({ target }) => target.startsWith("src/"));
const line = ({ from, target, typesOnly }: Import): string =>
  `${from} → ${target}${typesOnly ? " (types)" : ""}`;

describe("the import direction", () => {
  it("knows every part", () => {
    const parts = [...new Set(files.map(partOf))];
    expect(parts.filter((part) => !(part in RULES))).toEqual([]);
  });

  it("is kept by every import", () => {
    const broken = own.filter(({ from, target, typesOnly }) => {
      const [part, other] = [partOf(from), partOf(target)];
      const rule = RULES[part];
      if (part === other || !rule) return false;
      return !(rule.values.includes(other) || (typesOnly && rule.types.includes(other)));
    });
    expect(broken.map(line)).toEqual([]);
  });

  it("has no cycle, types included", () => {
    const targets = new Map<string, string[]>();
    // A module loaded when it is needed is no part of the ones that load with its importer.
    for (const { from, target, dynamic } of own)
      if (!dynamic) targets.set(from, [...(targets.get(from) ?? []), target]);
    expect(cycleIn(targets)).toEqual([]);
  });

  it("leaves what the browser runs free of Node's modules", () => {
    const broken = imports.filter(
      ({ from, specifier, typesOnly }) =>
        RULES[partOf(from)]?.portable &&
        specifier.startsWith("node:") &&
        !typesOnly &&
        !from.endsWith("vite.config.ts"),
    );
    expect(broken.map(line)).toEqual([]);
  });

  it("names files with their extension", () => {
    const broken = own.filter(({ target }) => !/\.(tsx?|css|svg|json)(\?\w+)?$/.test(target));
    expect(broken.map(line)).toEqual([]);
  });
});

/** The files of one cycle, or none. */
function cycleIn(targets: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] => {
    if (done.has(file)) return [];
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    path.push(file);
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
