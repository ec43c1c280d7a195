import type { RunSnapshot } from "../runs/run.ts";

type Paths = Pick<RunSnapshot, "inputPath" | "outputPath">;

/** Which files a run reads and writes, as they are called now. */
export class RunPaths {
  private paths: Paths;

  constructor({ inputPath, outputPath }: Paths) {
    this.paths = { inputPath, outputPath };
  }

  now(): Paths {
    return this.paths;
  }

  /** False: it is none of theirs. */
  moved(from: string, to: string): boolean {
    const { inputPath, outputPath } = this.paths;
    if (inputPath !== from && outputPath !== from) return false;
    const at = (path: string | null): string | null => (path === from ? to : path);
    this.paths = { inputPath: at(inputPath), outputPath: at(outputPath) };
    return true;
  }
}
