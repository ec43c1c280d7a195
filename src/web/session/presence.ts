/** Who else has this notebook open, and at which cell. */
import type { Awareness } from "y-protocols/awareness";
import type { Presence } from "../../api/live.ts";
import { createStore, type Store } from "./store.ts";
import type { Party } from "./types.ts";

export interface Present extends Presence {
  /** One open page; the same person may have several. */
  readonly clientId: number;
}

export class PresenceBook {
  /** Everybody else, in the order in which they came. */
  readonly others: Store<readonly Present[]> = createStore<readonly Present[]>([]);
  private readonly awareness: Awareness;
  private party: Party | null = null;
  private place: Omit<Presence, "party"> = { cellId: null, mode: "viewing" };

  constructor(awareness: Awareness) {
    this.awareness = awareness;
    awareness.on("change", this.read);
    this.read();
  }

  introduce(party: Party): void {
    this.party = party;
    this.write();
  }

  moveTo(cellId: string | null, mode: Presence["mode"]): void {
    if (this.place.cellId === cellId && this.place.mode === mode) return;
    this.place = { ...this.place, cellId, mode };
    this.write();
  }

  /** The first cell in the window, for who follows this page. */
  lookAt(view: string | null): void {
    if (this.place.view === view) return;
    this.place = { ...this.place, view };
    this.write();
  }

  close(): void {
    this.awareness.off("change", this.read);
    this.awareness.setLocalState(null);
  }

  private write(): void {
    if (!this.party) return;
    // Other fields (the text cursor) are kept.
    this.awareness.setLocalState({ ...this.awareness.getLocalState(), party: this.party, ...this.place });
  }

  private readonly read = (): void => {
    const others: Present[] = [];
    for (const [clientId, state] of this.awareness.getStates()) {
      const present = clientId === this.awareness.clientID ? null : presentOf(clientId, state);
      if (present) others.push(present);
    }
    others.sort((a, b) => a.clientId - b.clientId);
    if (JSON.stringify(others) !== JSON.stringify(this.others.get())) this.others.set(others);
  };
}

/** Another page's state is text of a stranger: only what has the right shape is taken. JupyterLab's `user` too. */
function presentOf(clientId: number, state: Record<string, unknown>): Present | null {
  const party = partyOf(state.party) ?? jupyterUser(state.user);
  if (!party) return null;
  return {
    clientId,
    party,
    cellId: typeof state.cellId === "string" ? state.cellId : null,
    mode: state.mode === "editing" ? "editing" : "viewing",
    view: typeof state.view === "string" ? state.view : null,
  };
}

function partyOf(value: unknown): Party | null {
  if (typeof value !== "object" || value === null) return null;
  const { kind, who, using, displayName } = value as Record<string, unknown>;
  if (typeof who !== "string" || typeof displayName !== "string") return null;
  return {
    kind: kind === "pipeline" ? "pipeline" : "person",
    who,
    using: typeof using === "string" ? using : "",
    displayName: displayName.slice(0, 80),
  };
}

function jupyterUser(value: unknown): Party | null {
  if (typeof value !== "object" || value === null) return null;
  const { username, display_name: displayName, name } = value as Record<string, unknown>;
  const shown = typeof displayName === "string" ? displayName : name;
  if (typeof shown !== "string") return null;
  return {
    kind: "person",
    who: typeof username === "string" ? username : shown,
    using: "jupyterlab",
    displayName: shown.slice(0, 80),
  };
}
