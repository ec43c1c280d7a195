/** What a kernel holds, also while a cell runs in it. */
import { z } from "zod";
import type { Kernel } from "../kernel.ts";
import { askProgram, canAsk } from "../own-program.ts";
import { VARIABLES_PROGRAM } from "./variables-program.ts";

const variable = z.object({
  name: z.string(),
  type: z.string(),
  /** Functions, classes and modules are there too; who looks for data does not look for them. */
  sort: z.enum(["value", "function", "class", "module"]),
  /** Sides of an array or a table, the length of what has one. */
  shape: z.array(z.number()).nullable(),
  /** Of a list or a dict: without what is in it. */
  bytes: z.number().nullable(),
  /** One line, no longer than 160 characters. */
  value: z.string(),
});
export type KernelVariable = z.infer<typeof variable>;

const answer = z.object({ variables: z.array(variable), count: z.number() });

export type KernelVariables =
  | {
      readonly type: "variables";
      readonly variables: readonly KernelVariable[];
      /** More than are listed, where it were too many or telling them took too long. */
      readonly count: number;
    }
  /** Only Python's can be asked so far. */
  | { readonly type: "unsupported"; readonly language: string };

const TIMEOUT_MS = 10_000;

/** @throws LoopbookError `kernel-busy` (no subshells), `kernel-died`, `kernel-refused`. */
export async function readVariables(kernel: Kernel): Promise<KernelVariables> {
  if (!canAsk(kernel)) return { type: "unsupported", language: kernel.info.languageInfo.name };
  const told = await askProgram(kernel, VARIABLES_PROGRAM, null, { timeoutMs: TIMEOUT_MS });
  return { type: "variables", ...answer.parse(told) };
}
