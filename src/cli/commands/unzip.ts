import { mkdirSync, realpathSync } from "node:fs";
import { type Command, Option } from "commander";
import { folderLimits, type OnClash, planUnpack, unpackZip } from "../../server/archives.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

interface UnzipOptions {
  readonly onClash?: OnClash;
  readonly hidden?: true;
  readonly list?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .usage("FILE [FOLDER] [options]")
    .description(
      "Unpack a zip file into a folder, all of it or nothing. A file that would write outside of the folder, through a " +
        "link, or more than it should, is refused before anything is written; so is one whose names are taken, unless " +
        "you say what to do then.",
    )
    .argument("<FILE>", "the zip file")
    .argument("[FOLDER]", "where to (default: this folder); it is made if need be")
    .addOption(
      new Option("--on-clash <how>", "what to do with names that are taken").choices([
        "keep-both",
        "replace",
        "skip",
      ]),
    )
    .option("--hidden", "names that begin with a dot, too")
    .option("--list", "only tell what would be written, and which names are taken")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook unzip results.zip\n  loopbook unzip results.zip old/ --list\n  loopbook unzip results.zip --on-clash keep-both",
    )
    .action((file: string, folder: string | undefined, options: UnzipOptions) =>
      unzip(context, file, folder ?? ".", options),
    );
}

async function unzip(context: CliContext, file: string, into: string, options: UnzipOptions): Promise<void> {
  const { out, err } = context.terminal;
  const path = absolutePath(context, file);
  const target = absolutePath(context, into);
  const how = { limits: folderLimits(target).unpack, hidden: options.hidden === true };
  if (options.list) {
    const plan = await planUnpack(path, target, how);
    if (options.json) {
      out(`${JSON.stringify(plan, null, 2)}\n`);
      return;
    }
    out(`${plan.files} files, ${plan.bytes.toLocaleString("en")} bytes\n`);
    for (const { name, taken } of plan.clashes) out(`taken by a ${taken}: ${name}\n`);
    if (plan.leftOut > 0) out(`${plan.leftOut} hidden ones are left out (--hidden)\n`);
    return;
  }
  mkdirSync(target, { recursive: true });
  const { written, skipped } = await unpackZip(path, realpathSync(target), options.onClash ?? null, how);
  if (options.json) {
    out(`${JSON.stringify({ written, skipped }, null, 2)}\n`);
    return;
  }
  for (const name of written) out(`${name}\n`);
  if (skipped.length > 0) err(`${skipped.length} that were there already are left as they are\n`);
}
