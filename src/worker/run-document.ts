/** What a run sees of its document: the next cell at a boundary, and who moved what while it goes. */
import type { EditOrigin, LiveNotebook, NotebookChange } from "../document/live-notebook.ts";
import { tagsOf } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import { holdReason } from "../runs/hold-reason.ts";
import type { DocumentChangeFact, NextCell } from "../runs/machine/events.ts";
import type { PartOfNotebook } from "../runs/part.ts";
import type { RunOptions } from "../runs/run.ts";
import { TAGS } from "../runs/tags.ts";
import { follow, nextCell, pass, placeBefore, startWalk, type Walk } from "../runs/walk.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";
import { sourceHash } from "../util/source-hash.ts";
import type { RunProgress } from "./run-progress.ts";

/** More changes at once (a file reloaded) are told as one. */
const MAX_FACTS = 20;

export interface RunDocumentOptions {
  readonly live: LiveNotebook;
  readonly progress: RunProgress;
  readonly options: RunOptions;
  readonly skipTags: readonly string[];
  readonly part: PartOfNotebook;
  readonly startAt: CellId | null;
  /** Cells before this one were approved in the run that is taken up again. */
  readonly approvedBefore: CellId | null;
  /** It was let through in the process that drove the run before. */
  readonly isApproved: (id: CellId) => boolean;
  readonly onChange: (fact: DocumentChangeFact) => void;
  /** Origins of this run's own edits. */
  readonly isOwn: (origin: unknown) => boolean;
}

export class RunDocument {
  private readonly given: RunDocumentOptions;
  private walk: Walk;
  private known: readonly CellId[];
  private readonly stopListening: Unsubscribe;

  constructor(options: RunDocumentOptions) {
    this.given = options;
    this.known = options.live.cellIds();
    this.walk = startWalk(this.known, options.startAt);
    this.stopListening = options.live.onChange((change) => this.onChange(change));
  }

  next(): NextCell | null {
    const { live, progress, options, skipTags, part } = this.given;
    this.walk = follow(this.walk, live.cellIds());
    const found = nextCell(this.walk, live, {
      skipTags,
      isDone: (id) => progress.isDone(id),
      isInPart: (cell) => part.has(cell),
    });
    if (found === null) return null;
    const { cell, index } = found;
    const tags = tagsOf(cell);
    const holdsBefore =
      tags.includes(TAGS.hold) && !this.wasApproved(index) && !this.given.isApproved(cell.id);
    return {
      id: cell.id,
      label: cellLabel(live, cell.id, index),
      source: cell.source,
      sourceHash: sourceHash(cell.source),
      holdsBefore,
      why: holdsBefore ? holdReason(live, index) : null,
      allowsError: options.allowErrors || tags.includes(TAGS.raises),
    };
  }

  pass(id: CellId): void {
    const { live, progress } = this.given;
    this.walk = pass(this.walk, live.cellIds(), id);
    progress.markDone(id);
  }

  placeBefore(id: CellId): void {
    const { live, progress } = this.given;
    progress.beginPass();
    this.walk = placeBefore(this.walk, live.cellIds(), id);
  }

  /** How many cells of the document as it is now the run is past. */
  place(): number {
    this.walk = follow(this.walk, this.given.live.cellIds());
    return this.walk.place;
  }

  close(): void {
    this.stopListening();
  }

  private wasApproved(index: number): boolean {
    const { approvedBefore, live } = this.given;
    return approvedBefore !== null && index < live.cellIds().indexOf(approvedBefore);
  }

  private onChange(change: NotebookChange): void {
    if (!change.order) return;
    const now = this.given.live.cellIds();
    const before = this.known;
    this.known = now;
    if (this.given.isOwn(change.origin)) return;
    const by = partyOf(change.origin);
    for (const fact of changeFacts(before, now, by)) this.given.onChange(fact);
  }
}

/** The name that its author gave, or its place as one counts. */
export function cellLabel(live: LiveNotebook, id: CellId, index: number): string {
  const name = live.cell(id)?.metadata.name;
  return typeof name === "string" && name !== "" ? `cell ${name}` : `cell ${index + 1}`;
}

/** What happened to the order, for the record: inserted, deleted, and else moved. */
function changeFacts(before: readonly CellId[], now: readonly CellId[], by: Party): DocumentChangeFact[] {
  const was = new Set(before);
  const is = new Set(now);
  const fact = (kind: DocumentChangeFact["kind"], cellId: CellId, did: string): DocumentChangeFact => ({
    kind,
    cellId,
    by,
    text: `${by.displayName} ${did}`,
  });
  const facts = [
    ...now.flatMap((id, index) =>
      was.has(id) ? [] : [fact("cell-inserted", id, `inserted a cell at ${index + 1}`)],
    ),
    ...before.flatMap((id, index) =>
      is.has(id) ? [] : [fact("cell-deleted", id, `deleted cell ${index + 1}`)],
    ),
  ];
  if (facts.length > 0) return facts.slice(0, MAX_FACTS);
  const moved = now.find((id, index) => before[index] !== id);
  return moved === undefined ? [] : [fact("cell-moved", moved, "moved cells")];
}

/** The author of a change, as far as its origin tells. */
function partyOf(origin: unknown): Party {
  const known = isEditOrigin(origin) ? origin : null;
  const [who = "unknown", using = "document"] = (known?.label ?? "unknown").split("/");
  const kind = known?.type === "run" ? "pipeline" : "person";
  return { kind, who, using, displayName: known?.type === "file" ? "The file" : who };
}

function isEditOrigin(origin: unknown): origin is EditOrigin {
  return (
    typeof origin === "object" && origin !== null && "label" in origin && typeof origin.label === "string"
  );
}
