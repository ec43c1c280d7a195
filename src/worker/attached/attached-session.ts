/**
 * A notebook that is live in somebody's Jupyter server, as a session of ours: the document is theirs, and so are its
 * file, its kernel and its results; ours is kept equal to it by a bridge, so that our page shows and edits it.
 */

import type * as Y from "yjs";
import { type Places, toJupyterState, toPageState } from "../../api/jupyter-presence.ts";
import { type AwarenessEntry, decodeAwareness, encodeAwareness } from "../../api/live-frames.ts";
import { type Bridge, bridge } from "../../document/jupyter/bridge.ts";
import { JupyterDocument } from "../../document/jupyter/jupyter-document.ts";
import type { EditOrigin, LiveNotebook } from "../../document/live-notebook.ts";
import { applyVersion } from "../../document/merge-edits.ts";
import { createLiveNotebook } from "../../document/yjs-notebook.ts";
import type { Party } from "../../people/party.ts";
import type {
  CellExecution,
  ExecuteTicket,
  KernelView,
  NotebookSession,
  SaveState,
  SessionConflicts,
  SessionEvent,
} from "../../usecases/notebook-session.ts";
import type { PresenceRoom } from "../../usecases/presence-room.ts";
import type { Clock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import { type CellId, NotebookId } from "../../util/ids.ts";

/** The room that the notebook is in (port). Joined already. */
export interface ElsewhereRoom {
  readonly doc: Y.Doc;
  state(): { readonly type: "live" | "offline" | "ended"; readonly reason?: string };
  onState(listener: (state: { readonly type: "live" | "offline" | "ended" }) => void): Unsubscribe;
  onPresence(listener: (update: Uint8Array) => void): Unsubscribe;
  /** The same notebook, in another document. */
  onReplaced(listener: (doc: Y.Doc) => void): Unsubscribe;
  sendPresence(update: Uint8Array): void;
  save(): void;
  close(): void;
}

/** Somebody who has it open there. */
interface Theirs {
  /** One for each, so that each may leave by itself. */
  readonly owner: object;
  readonly entry: AwarenessEntry;
}

/** More are not shown. */
const MAX_THEIRS = 500;
const THEIRS: EditOrigin = { type: "remote", label: "jupyter" };
const RUN_THERE =
  "This notebook runs where it lives. Run its cells in JupyterLab there; what they print is shown here.";
const NO_KERNEL: KernelView = {
  state: "none",
  specName: null,
  displayName: null,
  language: null,
  supportsSubshells: false,
  pid: null,
  death: null,
  sinceMs: 0,
};
/** Somebody in their server; who they are, it alone knows. */
const guest = (clientId: number): Party => ({
  kind: "person",
  who: `jupyter-${clientId}`,
  using: "jupyterlab",
  displayName: "Somebody",
});

export class AttachedSession implements NotebookSession {
  readonly id = NotebookId.create();
  readonly path: string;
  readonly live: LiveNotebook;
  readonly conflicts: SessionConflicts = {
    list: () => [],
    resolve: () => false,
    copies: async () => [],
    mergeCopy: async () => false,
  };
  private readonly room: ElsewhereRoom;
  private readonly clock: Clock;
  private readonly events = new Emitter<SessionEvent>();
  private readonly stops: Unsubscribe[] = [];
  private jupyter: JupyterDocument;
  private between: Bridge;
  /** By client. */
  private readonly theirs = new Map<number, Theirs>();
  /** Clients of our pages. */
  private readonly ours = new Set<number>();
  private met: PresenceRoom | null = null;

  constructor(path: string, room: ElsewhereRoom, clock: Clock) {
    this.path = path;
    this.room = room;
    this.clock = clock;
    this.jupyter = new JupyterDocument(room.doc);
    this.live = createLiveNotebook(this.jupyter.toNotebook());
    this.between = this.bridgeNow();
    this.stops.push(
      room.onReplaced((doc) => this.replace(doc)),
      room.onPresence((update) => this.onTheirs(update)),
      room.onState(({ type }) => {
        if (type !== "live") this.forgetTheirs();
        this.events.emit({ type: "save", save: this.saveState() });
      }),
    );
  }

  kernelView(): KernelView {
    return NO_KERNEL;
  }
  kernel(): null {
    return null;
  }
  async startKernel(): Promise<never> {
    throw new LoopbookError("no-kernel", RUN_THERE);
  }
  async restartKernel(): Promise<void> {
    throw new LoopbookError("no-kernel", RUN_THERE);
  }
  async interrupt(): Promise<void> {
    throw new LoopbookError("no-kernel", RUN_THERE);
  }
  async shutdownKernel(): Promise<void> {}
  execute(): ExecuteTicket {
    return { accepted: false, refusal: "no-kernel", message: RUN_THERE };
  }
  cancelQueued(): void {}
  executions(): ReadonlyMap<CellId, CellExecution> {
    return new Map();
  }
  pendingInputs(): readonly never[] {
    return [];
  }
  answerInput(): boolean {
    return false;
  }
  async complete(_code: string, cursorPosition: number) {
    return { matches: [], cursorStart: cursorPosition, cursorEnd: cursorPosition, metadata: {} };
  }
  async inspect() {
    return { found: false, data: {} };
  }

  /** Saved is what their server has; it writes the file. */
  saveState(): SaveState {
    const state = this.room.state();
    const atMs = this.clock.now();
    if (state.type === "live") return { type: "saved", atMs };
    return {
      type: "failed",
      reason: `The Jupyter server is not reached: ${state.reason ?? "offline"}.`,
      atMs,
    };
  }
  async save(): Promise<SaveState> {
    this.room.save();
    return this.saveState();
  }
  keep(): void {}
  async durable(): Promise<void> {}

  on(listener: (event: SessionEvent) => void): Unsubscribe {
    return this.events.on(listener);
  }

  meet(room: PresenceRoom): void {
    this.met = room;
    this.stops.push(room.onPresence((update) => this.onOurs(update)));
    for (const theirs of this.theirs.values()) this.introduce(theirs);
    const ours = room.everybody();
    if (ours) this.onOurs(ours);
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    this.between.close();
    this.jupyter.close();
    this.room.close();
    this.live.destroy();
  }

  private bridgeNow(): Bridge {
    const { live, jupyter, clock } = this;
    return bridge({
      live,
      jupyter,
      authorOf: () => THEIRS,
      results: {
        owner: "jupyter",
        mayTake: () => true,
        take: (_id, edits) => void live.write(edits, THEIRS),
      },
      clock,
    });
  }

  /** What they have counts: it is their notebook. */
  private replace(doc: Y.Doc): void {
    if (doc === this.jupyter.doc) return;
    this.between.close();
    this.jupyter.close();
    this.jupyter = new JupyterDocument(doc);
    const notebook = this.jupyter.toNotebook();
    applyVersion(this.live, { keys: this.jupyter.ids(), notebook }, THEIRS);
    this.between = this.bridgeNow();
  }

  private onTheirs(update: Uint8Array): void {
    for (const entry of decodeAwareness(update)) {
      // Their server repeats what we tell it.
      if (this.ours.has(entry.clientId)) continue;
      const known = this.theirs.get(entry.clientId);
      if (entry.state === "null") {
        this.theirs.delete(entry.clientId);
        if (known) this.met?.withdraw(known.owner);
      } else {
        const theirs = { owner: known?.owner ?? {}, entry };
        if (known || this.theirs.size < MAX_THEIRS) this.theirs.set(entry.clientId, theirs);
        this.introduce(theirs);
      }
    }
  }

  private introduce({ owner, entry }: Theirs): void {
    const party = guest(entry.clientId);
    const state = toPageState(entry.state, party, this.places());
    if (state !== null) this.met?.announce(owner, party, encodeAwareness([{ ...entry, state }]));
  }

  private forgetTheirs(): void {
    for (const { owner } of this.theirs.values()) this.met?.withdraw(owner);
    this.theirs.clear();
  }

  private onOurs(update: Uint8Array): void {
    const entries = decodeAwareness(update).flatMap((entry) => {
      if (this.theirs.has(entry.clientId)) return [];
      this.ours.add(entry.clientId);
      const state = entry.state === "null" ? "null" : toJupyterState(entry.state, this.places());
      return state === null ? [] : [{ ...entry, state }];
    });
    if (entries.length > 0) this.room.sendPresence(encodeAwareness(entries));
  }

  private places(): Places {
    return { live: this.live, jupyter: this.jupyter };
  }
}
