/**
 * Who is in the room and where (awareness), kept and passed on. Each client id belongs to the connection that first
 * spoke for it; nobody speaks for another, and what a connection says of its own party is set to who it really is.
 * No timers: a connection that is gone is noticed by its socket.
 */
import {
  type AwarenessEntry,
  decodeAwareness,
  encodeAwareness,
  MalformedFrame,
} from "../../api/live-frames.ts";
import type { Party } from "../../people/party.ts";
import { isJsonObject, type JsonValue } from "../../util/json.ts";

/** A cursor, a selection and a name fit many times. */
const MAX_STATE_BYTES = 4 * 1024;
/** A page has one client id; a page that reloaded over the same socket could have two. */
const MAX_CLIENTS_PER_OWNER = 8;

interface Client {
  readonly owner: object;
  readonly clock: number;
  /** JSON text; `null` when it left and may come back. */
  readonly state: string;
}

export class AwarenessRelay {
  private readonly clients = new Map<number, Client>();
  private readonly maxStateBytes: number;

  constructor(maxStateBytes = MAX_STATE_BYTES) {
    this.maxStateBytes = maxStateBytes;
  }

  /** Whether somebody here spoke for this client. */
  knows(clientId: number): boolean {
    return this.clients.has(clientId);
  }

  /**
   * Takes what a connection says of its own clients.
   * @param isNamed somebody else gave them their name (a share's): they cannot choose how they are shown.
   * @returns what the others are to hear; null: nothing new.
   * @throws MalformedFrame
   */
  receive(update: Uint8Array, owner: object, party: Party, isNamed = false): Uint8Array | null {
    const news: AwarenessEntry[] = [];
    for (const entry of decodeAwareness(update)) {
      const known = this.clients.get(entry.clientId);
      // Clients repeat what they heard of others (y-protocols does); only their own word counts.
      if (known ? known.owner !== owner : !this.mayAdd(owner)) continue;
      if (known && !isNewer(entry, known)) continue;
      if (entry.state.length > this.maxStateBytes)
        throw new MalformedFrame(`an awareness state over ${this.maxStateBytes} bytes`);
      const state = stamp(entry.state, party, isNamed);
      this.clients.set(entry.clientId, { owner, clock: entry.clock, state });
      news.push({ ...entry, state });
    }
    return news.length > 0 ? encodeAwareness(news) : null;
  }

  /** Forgets a connection's clients; returns what the others are to hear. */
  leave(owner: object): Uint8Array | null {
    const gone: AwarenessEntry[] = [];
    for (const [clientId, client] of this.clients) {
      if (client.owner !== owner) continue;
      this.clients.delete(clientId);
      // At the clock it had, so that it is heard when it comes back with the next one.
      if (client.state !== "null") gone.push({ clientId, clock: client.clock, state: "null" });
    }
    return gone.length > 0 ? encodeAwareness(gone) : null;
  }

  /** Everybody who is here, for a newcomer; null: nobody. */
  everybody(): Uint8Array | null {
    const present = [...this.clients]
      .filter(([, client]) => client.state !== "null")
      .map(([clientId, { clock, state }]) => ({ clientId, clock, state }));
    return present.length > 0 ? encodeAwareness(present) : null;
  }

  private mayAdd(owner: object): boolean {
    let count = 0;
    for (const client of this.clients.values()) if (client.owner === owner) count++;
    return count < MAX_CLIENTS_PER_OWNER;
  }
}

/** As y-protocols compares: a leave counts at the same clock, too. */
function isNewer(entry: AwarenessEntry, known: Client): boolean {
  return (
    entry.clock > known.clock ||
    (entry.clock === known.clock && entry.state === "null" && known.state !== "null")
  );
}

function stamp(text: string, party: Party, isNamed: boolean): string {
  let state: JsonValue;
  try {
    state = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new MalformedFrame("an awareness state that is not JSON", { cause });
  }
  if (!isJsonObject(state)) return text;
  const { kind, who, using, displayName } = party;
  // JupyterLab's `user` is shown where there is no party.
  const { user: _, ...unnamed } = state;
  const claimed = isJsonObject(state.party) ? state.party : isNamed ? { using } : null;
  if (claimed === null) return text;
  return JSON.stringify({
    ...(isNamed ? unnamed : state),
    party: { ...claimed, kind, who, ...(isNamed && { displayName }) },
  });
}
