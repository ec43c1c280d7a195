/**
 * The HTTP contract of outputs whose whole is too big for the live notebook. A cell's output there names it by `ref`
 * (`loopbook_stored`); who looks at it reads as much as they look at.
 */
import { z } from "zod";

/**
 * `GET /api/notebooks/{id}/outputs/{ref}` — the newest state of a value, as nbformat writes an output. The number in
 * its ETag is the `seq` of the face that speaks of it, or a later one.
 */

/**
 * `GET /api/notebooks/{id}/outputs/{ref}/data?mime=` — one form of a value as what it is: an image as an image, HTML
 * and JSON as text. Opened by itself it runs nothing and asks nobody.
 */
export const outputDataQuery = z.object({
  mime: z.string().regex(/^[a-z]+\/[\w.+-]{1,100}$/i),
});

/**
 * `GET /api/notebooks/{id}/outputs/{ref}/lines?from=0&to=500` — lines of a log, at most 5,000 and about 4 MB at a
 * time, so that there may be fewer than were asked for. A longer line than 64 kB is cut and ends with `…`.
 */
export const outputLinesQuery = z.object({
  from: z.coerce.number().int().nonnegative().default(0),
  to: z.coerce.number().int().nonnegative(),
});
export interface OutputLines {
  /** Number of the first of `lines`, from 0. */
  readonly from: number;
  /** With their colours, without their ends; null: it had to go for want of disk space. */
  readonly lines: readonly (string | null)[];
  /** How many lines the log has, and its bytes, now. */
  readonly total: number;
  readonly bytes: number;
  readonly seq: number;
}

/**
 * `GET /api/notebooks/{id}/outputs/{ref}/search?query=` — the lines of a log that hold a text, as it is read (without
 * colours). A search looks at some dozen megabytes and says where to go on (`from=`). `limit`: line numbers in the
 * answer, default 1,000; places beyond are counted only.
 */
export const outputSearchQuery = z.object({
  query: z.string().min(1).max(1_000),
  from: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().nonnegative().max(100_000).default(1_000),
  /** `true` or `false`; without it, capitals in the query decide. */
  matchCase: z.enum(["true", "false"]).optional(),
});
export interface OutputSearch {
  readonly lines: readonly number[];
  readonly count: number;
  readonly next: number | null;
}

/** `GET /api/notebooks/{id}/outputs/{ref}/text` — the whole log, to be kept as a file. */
