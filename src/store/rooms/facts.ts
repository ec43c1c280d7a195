/** What a room knows beside its updates, as it is written into log and snapshot. Its size has a limit by itself. */
import type { PlannedMove, RoomFacts, SavedMark } from "../../document/room-log.ts";

/** Saves go one after the other; more intents than these are of files that were never put in place. */
const MAX_INTENTS = 4;

export function withIntent(facts: RoomFacts, mark: SavedMark): RoomFacts {
  const others = facts.intents.filter(({ contentHash }) => contentHash !== mark.contentHash);
  return { ...facts, intents: [...others, mark].slice(-MAX_INTENTS) };
}

export function withBase(facts: RoomFacts, base: SavedMark): RoomFacts {
  return { ...facts, base, intents: [] };
}

export function withPlan(facts: RoomFacts, plan: PlannedMove | null): RoomFacts {
  const { moving: _, ...rest } = facts;
  return plan === null ? rest : { ...rest, moving: plan };
}

export function withPath(facts: RoomFacts, path: string): RoomFacts {
  return { ...withPlan(facts, null), path };
}

export function encodeFacts(facts: RoomFacts): Uint8Array {
  return Buffer.from(JSON.stringify(facts));
}

/** Null: not facts. The checksum around them has held, so this is another version's, not damage. */
export function decodeFacts(bytes: Uint8Array): RoomFacts | null {
  try {
    const facts = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<RoomFacts>;
    const isFacts =
      typeof facts.path === "string" &&
      isMark(facts.base) &&
      Array.isArray(facts.intents) &&
      facts.intents.every(isMark);
    return isFacts ? (facts as RoomFacts) : null;
  } catch {
    return null;
  }
}

function isMark(mark: unknown): mark is SavedMark {
  return (
    typeof mark === "object" &&
    mark !== null &&
    "contentHash" in mark &&
    typeof mark.contentHash === "string" &&
    "seq" in mark &&
    typeof mark.seq === "number"
  );
}
