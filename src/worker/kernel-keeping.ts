/**
 * What the holder of a notebook's kernel is told by the notebook: whose the kernel is, how long it waits when this
 * process is gone, which cells wait for it, and what of its words is in the file. Where the kernel ends with this process, nothing is told to anybody.
 */
import type { DocumentStore } from "../document/document-store.ts";
import type { KernelHold, Outlive } from "../kernel/kernel.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import type { Clock } from "../util/clock.ts";
import type { JsonObject } from "../util/json.ts";
import { KeptPositions } from "./kept-positions.ts";

export interface KernelKeepingOptions {
  readonly clock: Clock;
  readonly hold: () => KernelHold | null;
  /** Of a kernel that is started by hand. Undefined: it ends with this process. */
  readonly byHand: () => Outlive | undefined;
  /** Requests of cells that were not asked of the kernel yet. */
  readonly waiting: () => readonly JsonObject[];
}

/** Whoever runs all cells changes what waits with each of them; a holder writes a file each time it is told. */
const TELL_AFTER_MS = 200;
/** More are not remembered: they are shown as cells that were not asked for. */
const MAX_WAITING = 1_000;

export class KernelKeeping {
  /** What of the kernel's words the file does not hold yet. */
  readonly positions = new KeptPositions();
  private readonly options: KernelKeepingOptions;
  private current: Outlive | undefined;
  private hasTold = false;
  private cancelTell: (() => void) | null = null;

  constructor(options: KernelKeepingOptions) {
    this.options = options;
  }

  /** For a start; without a wish of its own, that of a kernel that is started by hand. */
  start(asked: Outlive | undefined): Outlive | undefined {
    this.current = asked ?? this.options.byHand();
    return this.current;
  }

  /** Whose the kernel is from now on. */
  belongsTo(outlive: Outlive): void {
    this.current = outlive;
    this.tellOwner();
  }

  /** The notebook's file is somewhere else now. */
  moved(path: string): void {
    if (!this.current) return;
    this.belongsTo({ ...this.current, owner: { ...this.current.owner, notebook: realTarget(path) } });
  }

  /** A kernel's new process knows only what the first one was started with. */
  tellOwner(): void {
    if (this.current) this.options.hold()?.note(this.current);
  }

  /** Something began to wait, or waits no longer. */
  changed(): void {
    if (this.cancelTell || (!this.hasTold && this.options.waiting().length === 0)) return;
    if (this.options.hold() === null) return;
    this.cancelTell = this.options.clock.schedule(TELL_AFTER_MS, () => this.flush());
  }

  /** Before the holder may forget a cell's execution, it knows that the cell does not wait any more. */
  flush(): void {
    if (this.cancelTell === null) return;
    this.cancelTell();
    this.cancelTell = null;
    const waiting = this.options.waiting().slice(0, MAX_WAITING);
    this.hasTold = waiting.length > 0;
    this.options.hold()?.note({ waiting });
  }

  /**
   * What a save keeps, the kernel's holder need not keep.
   * @param alsoKept settles when what the file leaves out is kept elsewhere, too.
   */
  saving(store: DocumentStore, alsoKept?: () => Promise<void>): DocumentStore {
    return {
      load: (path) => store.load(path),
      save: async (path, notebook, hooks) => {
        const hold = this.options.hold();
        const safe = hold === null ? 0 : this.positions.safe(hold.id, hold.position());
        const result = await store.save(path, notebook, hooks);
        if (result.type === "failed" || safe === 0) return result;
        await alsoKept?.();
        this.flush();
        hold?.acknowledge(safe);
        return result;
      },
    };
  }

  close(): void {
    this.cancelTell?.();
    this.cancelTell = null;
  }
}
