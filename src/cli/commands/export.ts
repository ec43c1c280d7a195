import { mkdirSync, writeFileSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { type Command, Option } from "commander";
import {
  EXPORT_FORMATS,
  type Exported,
  type ExportFormat,
  exportNotebook,
} from "../../publish/export-notebook.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";
import { readNotebook } from "../read-notebook.ts";

interface ExportCommandOptions {
  readonly to?: ExportFormat;
  readonly source: boolean;
  readonly output?: string;
  readonly inline?: true;
}

const BY_ENDING: Readonly<Record<string, ExportFormat>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".markdown": "markdown",
  ".pdf": "pdf",
};

export function define(command: Command, context: CliContext): void {
  command
    .usage("NOTEBOOK [options]")
    .description(
      "Write a notebook as a file for others: HTML that needs nothing else, Markdown, a script (`# %%` cells), or PDF " +
        "by the Chromium, Chrome or Edge of this machine. Nothing is run and no kernel is needed. Of a notebook that is " +
        "open somewhere, what it holds now is written.",
    )
    .argument("<NOTEBOOK>")
    .addOption(
      new Option("--to <format>", "default: by the file's ending, else html").choices([...EXPORT_FORMATS]),
    )
    .option("--no-source", "text and outputs only, without the code")
    .option(
      "-o, --output <file>",
      "where to; `-` is standard output; a folder takes it under the notebook's name",
    )
    .option("--inline", "Markdown: images inside it, not in a folder beside it")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook export train.ipynb\n  loopbook export train.ipynb --to pdf --no-source\n  loopbook export train.ipynb -o report.md",
    )
    .action((notebook: string, options: ExportCommandOptions) => write(context, notebook, options));
}

async function write(context: CliContext, typed: string, options: ExportCommandOptions): Promise<void> {
  const path = absolutePath(context, typed);
  const format = options.to ?? BY_ENDING[extname(options.output ?? "").toLowerCase()] ?? "html";
  if (format === "script" && !options.source) throw new CommandError("A script without its source is empty.");
  const elsewhere = await openElsewhere(path);
  if (elsewhere !== null) await elsewhere.api.save(elsewhere.notebookId);
  const { notebook } = readNotebook(path);
  const target = await targetOf(context, path, options.output);
  const images = `${basename(target.stem)}_files`;
  const exported = await exportNotebook(notebook, {
    format,
    withSource: options.source,
    path,
    ...(format === "markdown" &&
      options.inline !== true &&
      target.folder !== null && {
        keepImage: (name, bytes) => {
          mkdirSync(join(target.folder ?? "", images), { recursive: true });
          writeFileSync(join(target.folder ?? "", images, name), bytes);
          return `${encodeURI(images)}/${name}`;
        },
      }),
  });
  if (target.folder === null) return toStandardOutput(exported);
  const file = target.file ?? join(target.folder, exported.name);
  await toFile(exported, file);
  const shown = relative(context.cwd, file);
  context.terminal.out(`${shown.startsWith("..") ? file : shown}\n`);
}

interface Target {
  /** Null: standard output. */
  readonly folder: string | null;
  /** Null: the usual name in the folder. */
  readonly file: string | null;
  /** Without an ending. */
  readonly stem: string;
}

async function targetOf(context: CliContext, notebook: string, output: string | undefined): Promise<Target> {
  const own = basename(notebook, ".ipynb");
  if (output === undefined) return { folder: dirname(notebook), file: null, stem: own };
  if (output === "-") return { folder: null, file: null, stem: own };
  const path = absolutePath(context, output);
  if ((await stat(path).catch(() => null))?.isDirectory()) return { folder: path, file: null, stem: own };
  return { folder: dirname(path), file: path, stem: basename(path, extname(path)) };
}

/** Whole or not at all. */
async function toFile({ pieces }: Exported, file: string): Promise<void> {
  const temporary = join(dirname(file), `.${randomToken(8)}.tmp`);
  try {
    const out = await open(temporary, "wx");
    try {
      for (const piece of pieces) await out.appendFile(piece);
    } finally {
      await out.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof LoopbookError) throw cause;
    throw new LoopbookError("export-not-written", `${file} could not be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

async function toStandardOutput({ pieces }: Exported): Promise<void> {
  for (const piece of pieces)
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
