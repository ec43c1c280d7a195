/**
 * Widgets on their way to one connection that asked for them: as they happen while it keeps up, else the models that
 * changed since. Pure of sockets: gives the frames to send.
 */

import { encodeFrame } from "../../api/live-frames.ts";
import type { WidgetsNews } from "../../api/widgets.ts";
import type { NotebookWidgets, WidgetEvent, WidgetModelState } from "../../usecases/notebook-widgets.ts";

/** Messages of widgets' own (no state) that are kept for a client that is behind; later ones are dropped. */
const MAX_KEPT_BYTES = 256 * 1024;
const MAX_KEPT_IDS = 1_000;

export interface WidgetTurn {
  readonly events: readonly WidgetEvent[];
  /** One for each event. */
  readonly frames: readonly Uint8Array[];
}

export class WidgetFeed {
  private readonly widgets: NotebookWidgets | undefined;
  isWatching = false;
  private known = 0;
  /** What the client missed and no model's state tells. */
  private missed: { gone: boolean; ids: string[]; kept: Uint8Array[]; bytes: number } | null = null;

  constructor(widgets: NotebookWidgets | undefined) {
    this.widgets = widgets;
  }

  /** What is there, for who begins to watch (or does so again, after it lost what it knew). */
  watch(): readonly Uint8Array[] {
    this.isWatching = true;
    this.known = 0;
    this.missed = null;
    return [...this.news(), frameOf({ type: "all" })];
  }

  turn({ frames }: WidgetTurn): readonly Uint8Array[] {
    if (!this.isWatching) return [];
    this.known = this.widgets?.version ?? 0;
    return frames;
  }

  /** The client is behind. */
  miss({ events, frames }: WidgetTurn): void {
    if (!this.isWatching) return;
    this.missed ??= { gone: false, ids: [], kept: [], bytes: 0 };
    for (const [index, event] of events.entries()) {
      const frame = frames[index];
      if (event.type === "gone") this.missed.gone = true;
      else if (event.type === "done") this.missed.ids.push(...event.ids);
      else if (frame && event.message.data.method === "custom") this.keep(frame);
    }
    this.missed.ids.splice(0, this.missed.ids.length - MAX_KEPT_IDS);
  }

  /** It has caught up. */
  catchUp(): readonly Uint8Array[] {
    const { missed } = this;
    if (!missed) return [];
    this.missed = null;
    if (missed.gone) this.known = 0;
    return [
      ...(missed.gone ? [frameOf({ type: "gone" })] : []),
      ...this.news(),
      ...missed.kept,
      ...(missed.ids.length > 0 ? [frameOf({ type: "done", ids: missed.ids })] : []),
    ];
  }

  private keep(frame: Uint8Array): void {
    if (!this.missed || this.missed.bytes + frame.byteLength > MAX_KEPT_BYTES) return;
    this.missed.kept.push(frame);
    this.missed.bytes += frame.byteLength;
  }

  private *news(): Generator<Uint8Array> {
    if (!this.widgets) return;
    const closed = this.known === 0 ? [] : this.widgets.closedSince(this.known);
    if (closed.length > 0) yield frameOf({ type: "closed", ids: closed });
    for (const model of this.widgets.since(this.known)) yield modelFrame(model);
    this.known = this.widgets.version;
  }
}

export function eventFrame(event: WidgetEvent): Uint8Array {
  if (event.type !== "comm") return frameOf(event);
  const { type, commId, targetName, data, metadata, buffers } = event.message;
  const message = { type, commId, targetName, data, metadata };
  return frameOf({ type: "comm", message, answers: event.answers }, buffers);
}

export function frameOf(news: WidgetsNews, buffers: readonly Uint8Array[] = []): Uint8Array {
  return encodeFrame({ type: "widgets", text: JSON.stringify(news), buffers });
}

function modelFrame({ commId, state, buffers }: WidgetModelState): Uint8Array {
  const bufferPaths = buffers.map(({ path }) => [...path]);
  return frameOf(
    { type: "model", commId, state, bufferPaths },
    buffers.map(({ data }) => data),
  );
}
