import { execFileSync } from "node:child_process";
import path from "node:path";
import { python } from "./runners.ts";

/**
 * Others' packages, in an environment of their own; null where they do not install. `LOOPBOOK_BENCH_TRACKERS` names a
 * Python that has them already, or is `none`.
 */
export function trackerPython(
  folder: string,
  packages: readonly string[],
  say: (line: string) => void,
): string | null {
  const known = process.env.LOOPBOOK_BENCH_TRACKERS;
  if (known) return known === "none" ? null : known;
  const prefix = path.join(folder, "trackers");
  const program = path.join(prefix, "bin", "python");
  try {
    execFileSync(python, ["-m", "venv", prefix], { stdio: "pipe", timeout: 120_000 });
    execFileSync(program, ["-m", "pip", "install", "--quiet", ...packages], {
      stdio: "pipe",
      timeout: 900_000,
    });
    return program;
  } catch (error) {
    say(`others are left out: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
