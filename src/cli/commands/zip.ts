import { createWriteStream, lstatSync, realpathSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import {
  type ArchiveFormat,
  entriesToPack,
  noProgress,
  type PackRoot,
  packArchive,
} from "../../server/archives.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

interface ZipOptions {
  readonly output?: string;
  readonly format?: ArchiveFormat;
  readonly hidden?: true;
  readonly emptyFolders: boolean;
  readonly force?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .usage("[PATH...] [options]")
    .description(
      "Pack files and folders into a zip or tar.gz file. Symbolic links are not followed and not packed; what begins " +
        "with a dot is left out unless it is asked for.",
    )
    .argument("[PATH...]", "files and folders; default: this folder")
    .option("-o, --output <file>", "the archive; `-` is standard output (default: NAME.zip here)")
    .addOption(
      new Option("--format <format>", "default: by the archive's name, else zip").choices(["zip", "tar.gz"]),
    )
    .option("--hidden", "names that begin with a dot, too")
    .option("--no-empty-folders", "leave folders out that have nothing in them")
    .option("--force", "replace the archive where it is there already")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook zip results/\n  loopbook zip train.ipynb data/ -o train.tar.gz\n  loopbook zip -o - --format tar.gz | ssh host tar xz",
    )
    .action((paths: readonly string[], options: ZipOptions) => zip(context, paths, options));
}

async function zip(context: CliContext, typed: readonly string[], options: ZipOptions): Promise<void> {
  const roots = (typed.length === 0 ? ["."] : typed).map((path) => rootOf(context, path));
  const format = options.format ?? (/\.(tar\.gz|tgz)$/.test(options.output ?? "") ? "tar.gz" : "zip");
  const progress = noProgress();
  const output = options.output ?? `${roots.length === 1 ? roots[0]?.name : basename(context.cwd)}.${format}`;
  const target = output === "-" ? null : absolutePath(context, output);
  if (target !== null && !options.force && lstatSync(target, { throwIfNoEntry: false }))
    throw new LoopbookError(
      "file-exists",
      `${output} is there already. Choose another name, or say --force.`,
    );
  const temporary = target === null ? null : join(dirname(target), `.${randomToken(8)}.tmp`);
  const entries = entriesToPack(roots, {
    hidden: options.hidden === true,
    emptyFolders: options.emptyFolders,
  });
  const others = withoutThese(entries, [target, temporary]);
  try {
    const out = temporary === null ? process.stdout : createWriteStream(temporary, { flags: "wx" });
    await pipeline(packArchive(format, others, progress), out);
    if (temporary !== null && target !== null) await rename(temporary, target);
  } catch (cause) {
    if (temporary !== null) await rm(temporary, { force: true });
    if (cause instanceof LoopbookError) throw cause;
    throw new LoopbookError("archive-not-written", `${output} could not be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
  const left = progress.leftOut > 0 ? `; ${progress.leftOut} that could not be read are left out` : "";
  context.terminal.err(`${progress.files} files${left}\n`);
  if (target !== null) context.terminal.out(`${relative(context.cwd, target)}\n`);
}

function rootOf(context: CliContext, typed: string): PackRoot {
  const path = absolutePath(context, typed);
  if (!lstatSync(path, { throwIfNoEntry: false })) throw new CommandError(`There is no ${typed}.`);
  const real = realpathSync(path);
  return { path: real, name: basename(real) };
}

/** The archive is not packed into itself. */
async function* withoutThese(
  entries: ReturnType<typeof entriesToPack>,
  paths: readonly (string | null)[],
): ReturnType<typeof entriesToPack> {
  for await (const entry of entries) if (!paths.includes(entry.path)) yield entry;
}
