/** `--output-limit`: what of one stream goes into the file. */
import { InvalidArgumentError, Option } from "commander";
import { readFileLimit } from "../../document/file-cut.ts";

/** Kept in the environment, so that a server which is started for this command has it, too. */
export function outputLimitOption(): Option {
  return new Option(
    "--output-limit <limit>",
    "what of one stream goes into the file, such as 20000 (lines), 5MB, 20000,5MB or none; the whole is kept beside it (default: 10000 lines, 1 MB; LOOPBOOK_OUTPUT_LIMIT)",
  ).argParser((text: string) => {
    if (readFileLimit(text) === null)
      throw new InvalidArgumentError("It takes lines, a size or both, such as 20000,5MB, or none.");
    process.env.LOOPBOOK_OUTPUT_LIMIT = text;
    return text;
  });
}
