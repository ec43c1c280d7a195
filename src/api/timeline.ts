/** The contract of a notebook's timeline: everything that happened, whoever recorded it. */
import { z } from "zod";
import type { HistoryAuthor } from "../document/history/author.ts";

export const TIMELINE_KINDS = [
  "run",
  "step",
  "parameters",
  "hold",
  "edit",
  "version",
  "kernel",
  "outside",
  "comment",
  "question",
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface TimelineEvent {
  /** The same event has the same key, whenever it is asked for. */
  readonly key: string;
  readonly atMs: number;
  readonly kind: TimelineKind;
  readonly by: HistoryAuthor;
  /** One line for a person; a cell in it is called by the number that it had then. */
  readonly text: string;
  /** Why, in the words of who did it; of a comment, what it says. */
  readonly reason: string | null;
  readonly cellId: string | null;
  readonly runId: string | null;
  /** Of a step, its number in the run's record, where what ran is kept. */
  readonly ordinal: number | null;
  /** Of a version, its number. */
  readonly version: number | null;
  readonly tone: "plain" | "ok" | "bad" | "hold";
}

/**
 * `GET /api/notebooks/{id}/timeline?before=&limit=&kind=&who=` → `TimelineView`. Newest first. `before`: the key of
 * the last event that one has. `kind` and `who` may come several times; absent: all.
 */
export interface TimelineView {
  readonly events: readonly TimelineEvent[];
  /** There are older ones. */
  readonly more: boolean;
  /** Everybody who did something, for the choice. */
  readonly actors: readonly HistoryAuthor[];
}

const several = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one)]).optional();

export const timelineQuery = z.object({
  before: z.string().max(400).optional(),
  limit: z.coerce.number().int().positive().max(500).default(150),
  kind: several(z.enum(TIMELINE_KINDS)),
  who: several(z.string()),
});
export type TimelineQuery = z.infer<typeof timelineQuery>;

/** How an actor is named in `who`: by what is verified of them; runs by their name, since each is another one. */
export function actorKey({ kind, who, displayName }: HistoryAuthor): string {
  return kind === "pipeline" ? `pipeline:${displayName}` : `${kind}:${who}`;
}
