/**
 * The HTTP contract of outputs with scripts: which may run in a frame of the page, and who says so.
 */
import { z } from "zod";

export type { FramedOutput, LeanedOn } from "../usecases/output-trust.ts";

/**
 * `GET /api/notebooks/{id}/framed/{cellId}/{at}` → `FramedOutput`: what of an output (by its place in its cell, from 0)
 * runs in a frame, if it is trusted, and which outputs before it that needs.
 */
export const framedParams = z.object({
  id: z.string(),
  cellId: z.string(),
  at: z.coerce.number().int().nonnegative(),
});

/**
 * `POST /api/notebooks/{id}/trust` → `{ outputs }`: outputs with scripts that the notebook holds now may run
 * (`trusted: true`; how many that are), or none may any more.
 */
export const trustBody = z.object({ trusted: z.boolean() });
export interface TrustAnswer {
  readonly outputs: number;
}
