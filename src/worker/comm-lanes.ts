/**
 * What pages send to widgets, on its way to the kernel: one message of each widget at a time. While one is under way
 * (behind a cell that runs, for minutes perhaps), newer values replace older ones that wait, so that a slider that is
 * drawn to and fro costs the kernel two messages. Other messages wait in order, up to a limit.
 */
import type { CommMessage, CommRequest } from "../kernel/kernel.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { isJsonObject, type JsonObject } from "../util/json.ts";

/** Messages of one widget that wait and cannot be merged; later ones are dropped. */
const MAX_WAITING = 256;
/** Messages that one stands for; an honest page has one under way. */
const MAX_IDS = 64;

interface Waiting {
  readonly message: CommMessage;
  readonly ids: readonly string[];
  readonly owner: string | undefined;
}

interface Lane {
  underWay: { readonly sent: Waiting; kernelId: string | null; readonly heard: Set<string> } | null;
  readonly waiting: Waiting[];
}

export interface CommLanesOptions {
  /** To the kernel; null: there is none. */
  send(message: CommMessage, request: CommRequest): string | null;
  /** The kernel has dealt with them. */
  onDone(ids: readonly string[]): void;
  /** A kernel took values without saying so, as those do that echo nothing: they hold from now on. */
  onTaken(message: CommMessage, ids: readonly string[]): void;
}

export class CommLanes {
  private readonly options: CommLanesOptions;
  private readonly lanes = new Map<string, Lane>();
  /** By the kernel's name for a message under way, what was asked here. */
  private readonly asked = new Map<string, readonly string[]>();
  private readonly emptied = new Emitter<void>();

  constructor(options: CommLanesOptions) {
    this.options = options;
  }

  /** Nothing is under way or waits. */
  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /** Told each time that the kernel has dealt with all that was posted. */
  onEmpty(listener: () => void): Unsubscribe {
    return this.emptied.on(listener);
  }

  post(message: CommMessage, id: string, owner: string | undefined): void {
    const lane = this.lanes.get(message.commId) ?? { underWay: null, waiting: [] };
    this.lanes.set(message.commId, lane);
    const next: Waiting = { message, ids: [id], owner };
    if (!lane.underWay) {
      this.send(lane, next);
      return;
    }
    const last = lane.waiting.at(-1);
    const merged = last && merge(last, next);
    if (merged) lane.waiting[lane.waiting.length - 1] = merged;
    else if (lane.waiting.length < MAX_WAITING) lane.waiting.push(next);
    else this.options.onDone(next.ids);
  }

  /** What was asked here that made the kernel say this. */
  answers(message: CommMessage): readonly string[] {
    const { parentId = null, commId, data } = message;
    const ids = parentId === null ? undefined : this.asked.get(parentId);
    if (!ids) return [];
    const { underWay } = this.lanes.get(commId) ?? {};
    if (underWay?.kernelId === parentId && isJsonObject(data.state)) {
      const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
      for (const key of Object.keys(data.state)) underWay.heard.add(key);
      for (const path of paths) if (Array.isArray(path)) underWay.heard.add(String(path[0]));
    }
    return ids;
  }

  /** The kernel is gone, and what waited for it. */
  clear(): void {
    const ids = [...this.lanes.values()].flatMap(({ underWay, waiting }) =>
      [...(underWay ? [underWay.sent] : []), ...waiting].flatMap((each) => each.ids),
    );
    this.lanes.clear();
    this.asked.clear();
    if (ids.length > 0) this.options.onDone(ids);
    this.emptied.emit();
  }

  private send(lane: Lane, next: Waiting): void {
    const underWay: NonNullable<Lane["underWay"]> = { sent: next, kernelId: null, heard: new Set() };
    lane.underWay = underWay;
    const { message, ids, owner } = next;
    const onDone = (): void => {
      if (underWay.kernelId !== null) this.asked.delete(underWay.kernelId);
      if (lane.underWay === underWay) this.ended(lane, underWay);
    };
    const kernelId = this.options.send(message, {
      besideCells: true,
      onDone,
      ...(owner !== undefined && { owner }),
    });
    if (kernelId === null) {
      onDone();
      return;
    }
    // A kernel that does not read has ended it by now.
    if (lane.underWay !== underWay) return;
    underWay.kernelId = kernelId;
    this.asked.set(kernelId, ids);
  }

  private ended(lane: Lane, { sent, kernelId, heard }: NonNullable<Lane["underWay"]>): void {
    const { message, ids } = sent;
    lane.underWay = null;
    const taken = kernelId === null ? null : unheard(message, heard);
    if (taken) this.options.onTaken(taken, ids);
    this.options.onDone(ids);
    const next = lane.waiting.shift();
    if (next) this.send(lane, next);
    else if (this.lanes.get(message.commId) === lane) {
      this.lanes.delete(message.commId);
      if (this.isEmpty) this.emptied.emit();
    }
  }
}

/** What of an update the kernel did not answer itself, as the echo that it did not send. */
function unheard(message: CommMessage, heard: ReadonlySet<string>): CommMessage | null {
  const { data } = message;
  if (data.method !== "update" || !isJsonObject(data.state)) return null;
  const state = Object.fromEntries(Object.entries(data.state).filter(([key]) => !heard.has(key)));
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
  const isHeard = paths.map((path) => heard.has(Array.isArray(path) ? String(path[0]) : ""));
  const buffer_paths = paths.filter((_, index) => !isHeard[index]);
  const buffers = message.buffers.filter((_, index) => !isHeard[index]);
  if (Object.keys(state).length === 0 && buffers.length === 0) return null;
  return { ...message, data: { method: "echo_update", state, buffer_paths }, buffers };
}

/** One message for two of a widget's updates; null: they cannot be one. */
function merge(older: Waiting, newer: Waiting): Waiting | null {
  const [a, b] = [older.message, newer.message];
  if (!isPlainUpdate(a) || !isPlainUpdate(b)) return null;
  const state = { ...stateIn(a), ...stateIn(b) };
  return {
    message: { ...b, data: { ...b.data, state } },
    ids: [...older.ids, ...newer.ids].slice(-MAX_IDS),
    owner: newer.owner ?? older.owner,
  };
}

function isPlainUpdate({ type, data, buffers }: CommMessage): boolean {
  return type === "comm_msg" && data.method === "update" && isJsonObject(data.state) && buffers.length === 0;
}

function stateIn({ data }: CommMessage): JsonObject {
  return isJsonObject(data.state) ? data.state : {};
}
