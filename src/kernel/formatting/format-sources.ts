/** Code as the formatter writes it that the kernel's own environment has. */
import { z } from "zod";
import type { Kernel } from "../kernel.ts";
import { askProgram, canAsk } from "../own-program.ts";
import { FORMAT_PROGRAM } from "./format-program.ts";

const formatted = z.union([
  z.object({ source: z.string() }),
  /** Line in the cell, from 1; null: it is not about one. */
  z.object({ error: z.string(), line: z.number().nullable() }),
]);
export type FormattedCell = z.infer<typeof formatted>;

const answer = z.object({ formatter: z.string().nullable(), cells: z.array(formatted) });

export type FormattedSources =
  | { readonly type: "formatted"; readonly formatter: string; readonly cells: readonly FormattedCell[] }
  /** Neither black nor ruff can be imported there. */
  | { readonly type: "no-formatter" }
  | { readonly type: "unsupported"; readonly language: string };

const TIMEOUT_MS = 60_000;

/** One answer a source, in their order. @throws LoopbookError `kernel-busy` (no subshells), `kernel-died`, `kernel-refused`. */
export async function formatSources(kernel: Kernel, sources: readonly string[]): Promise<FormattedSources> {
  if (!canAsk(kernel)) return { type: "unsupported", language: kernel.info.languageInfo.name };
  const told = await askProgram(kernel, FORMAT_PROGRAM, [...sources], { timeoutMs: TIMEOUT_MS });
  const { formatter, cells } = answer.parse(told);
  return formatter === null ? { type: "no-formatter" } : { type: "formatted", formatter, cells };
}
