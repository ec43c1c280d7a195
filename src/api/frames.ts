/**
 * The HTTP contract of tables that a kernel displayed (pandas, polars): its frame is paged, sorted and filtered where
 * it is. The output holds a few rows of it; these are all.
 */
import { z } from "zod";
import type { FrameAnswer, FrameColumn, FrameFilter, FrameSort } from "../kernel/frames/look-at-frame.ts";

const column = z.number().int().min(-64).max(1_000_000);
const text = z.string().max(1_000);
const row = z.number().int().nonnegative();

/**
 * `POST /api/notebooks/{id}/frame` → `FrameAnswer`: rows of the frame that this output shows, from the kernel. Nothing
 * of the request is evaluated there, and no frame is changed. At most 500 rows of 200 columns, and 50,000 rows as text.
 * 409 `no-kernel`, `kernel-busy`, `no-frames`.
 */
export const frameBody = z.object({
  cellId: z.string(),
  /** Place of the output in the cell. */
  output: row,
  sort: z
    .array(z.object({ column, descending: z.boolean() }))
    .max(8)
    .default([]),
  filters: z
    .array(
      z.object({
        column,
        op: z.enum(["contains", "eq", "ne", "lt", "le", "gt", "ge", "between", "missing", "present"]),
        value: text.nullable().default(null),
        to: text.nullable().default(null),
      }),
    )
    .max(50)
    .default([]),
  search: text.default(""),
  from: row.default(0),
  to: row,
  columns: z.tuple([row, row]).default([0, 200]),
  /** Also a frame that is not what is shown (any more). */
  asIs: z.boolean().default(false),
  text: z.enum(["csv", "tsv"]).nullable().default(null),
});
export type FrameBody = z.input<typeof frameBody>;

export type { FrameAnswer, FrameColumn, FrameFilter, FrameSort };
