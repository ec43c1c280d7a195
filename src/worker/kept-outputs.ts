/** Where a host keeps outputs that are too big for their notebooks, and what of them goes into files. */
import { type FileLimit, readFileLimit } from "../document/file-cut.ts";
import type { OutputStores } from "../document/output-store.ts";
import { FileOutputStores } from "../store/outputs/file-outputs.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";

export interface KeptOutputsOptions {
  /** Default: beside the rooms in the state folder; null: outputs of any size lie in their notebook whole. */
  readonly outputs?: OutputStores | null;
  /**
   * What of a stream goes into a file; the whole is kept beside it. Default: `LOOPBOOK_OUTPUT_LIMIT`, else 10,000
   * lines and 1 MB, and all of it where there is nothing to keep it beside (standard output).
   */
  readonly outputLimit?: FileLimit;
}

export function keptOutputs(
  { outputs, outputLimit }: KeptOutputsOptions,
  stateFolder: string,
  clock: Clock,
  logger?: Logger,
): { readonly outputs: OutputStores | null; readonly outputLimit?: FileLimit } {
  const files = () => new FileOutputStores({ stateFolder, clock, ...(logger && { logger }) });
  const limit = outputLimit ?? readFileLimit(process.env.LOOPBOOK_OUTPUT_LIMIT ?? "");
  return { outputs: outputs === undefined ? files() : outputs, ...(limit && { outputLimit: limit }) };
}
