/** Files that a command makes, found by patterns: each is shown or kept once it is written, and again when it changes. */
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { AttachedProcess } from "../../library/attached/attached-process.ts";
import { IMAGE_TYPES } from "../../util/image-types.ts";

/** Bigger images are kept as files: a page would not draw them as they come. */
const SHOWN_LIMIT_BYTES = 8 * 1024 * 1024;
/** Bigger files are told and not copied. */
const KEPT_LIMIT_BYTES = 512 * 1024 * 1024;
const FILES_LIMIT = 2_000;

interface Seen {
  readonly mark: string;
  readonly sent: boolean;
}

export class WatchedFiles {
  private readonly seen = new Map<string, Seen>();
  private readonly patterns: readonly string[];
  private readonly cwd: string;
  private readonly process: AttachedProcess;

  /** What is there already, and stays as it is, is not of this run. */
  constructor(patterns: readonly string[], cwd: string, process: AttachedProcess) {
    this.patterns = patterns;
    this.cwd = cwd;
    this.process = process;
    for (const { path, mark } of this.files()) this.seen.set(path, { mark, sent: true });
  }

  /** `isLast`: the command has ended, so what is there is whole; else a file is taken when it stayed as it is since the last look. */
  look(isLast = false): void {
    for (const { path, mark, sizeBytes } of this.files()) {
      const before = this.seen.get(path);
      if (before?.mark === mark && before.sent) continue;
      const isWhole = isLast || before?.mark === mark;
      this.seen.set(path, { mark, sent: isWhole && this.send(path, sizeBytes) });
    }
  }

  private send(path: string, sizeBytes: number): boolean {
    if (sizeBytes > KEPT_LIMIT_BYTES) {
      this.process.tell({
        type: "event",
        name: "file-too-big",
        text: `${path} (${sizeBytes} bytes) is not kept.`,
      });
      return true;
    }
    const file = join(this.cwd, path);
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return false;
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (!this.process.blob(sha256, bytes)) return false;
    const image = IMAGE_TYPES[extname(path).toLowerCase()];
    if (image !== undefined && bytes.byteLength <= SHOWN_LIMIT_BYTES) {
      const shown = { data: { "text/plain": path }, blobs: { [image]: sha256 } };
      this.process.tell({ type: "show", name: path, shown });
    } else {
      this.process.tell({ type: "artefact", name: path, sha256, sizeBytes: bytes.byteLength, path: file });
    }
    return true;
  }

  private files(): readonly { path: string; mark: string; sizeBytes: number }[] {
    const found = [];
    for (const path of new Set(this.patterns.flatMap((pattern) => globSync(pattern, { cwd: this.cwd })))) {
      try {
        const stat = statSync(join(this.cwd, path));
        if (stat.isFile())
          found.push({ path, mark: `${stat.size}:${stat.mtimeMs}:${stat.ino}`, sizeBytes: stat.size });
      } catch {
        // It is gone again.
      }
    }
    return found.slice(0, FILES_LIMIT);
  }
}
