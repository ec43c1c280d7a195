/**
 * What happens to a notebook's widgets, gathered for who watches them: a progress bar that is moved a thousand times a
 * second is told at a pace that no eye can tell from more, each time as it stands.
 */
import type { CommMessage } from "../../kernel/kernel.ts";
import type { NotebookWidgets, WidgetEvent } from "../../usecases/notebook-widgets.ts";
import type { Clock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import { isJsonObject, type JsonObject } from "../../util/json.ts";
import { Pace } from "./pace.ts";
import { eventFrame, type WidgetTurn } from "./widget-feed.ts";

export interface WidgetNewsOptions {
  readonly widgets: NotebookWidgets;
  readonly clock: Clock;
  isHeard(): boolean;
  tell(turn: WidgetTurn): void;
}

export class WidgetNews {
  private readonly options: WidgetNewsOptions;
  private readonly pace = new Pace();
  private events: WidgetEvent[] = [];
  /** Where in `events` an update stands that a newer one of the same widget may be merged into. */
  private readonly open = new Map<string, number>();
  private readonly stop: Unsubscribe;
  private cancel: Unsubscribe | null = null;
  private turn: NodeJS.Immediate | null = null;

  constructor(options: WidgetNewsOptions) {
    this.options = options;
    this.stop = options.widgets.on((event) => this.hear(event));
  }

  /** Tells now what waits. */
  flush(): void {
    const { events } = this;
    this.cancel?.();
    this.cancel = null;
    if (this.turn) clearImmediate(this.turn);
    this.turn = null;
    if (events.length === 0) return;
    this.events = [];
    this.open.clear();
    this.options.tell({ events, frames: events.map(eventFrame) });
  }

  close(): void {
    this.stop();
    this.cancel?.();
    if (this.turn) clearImmediate(this.turn);
  }

  private hear(event: WidgetEvent): void {
    if (!this.options.isHeard()) return;
    if (event.type === "comm") this.add(event);
    else this.events.push(event);
    if (this.turn || this.cancel) return;
    const { clock } = this.options;
    const delayMs = this.pace.take(clock.now());
    if (delayMs > 0) this.cancel = clock.schedule(delayMs, () => this.flush());
    else this.turn = setImmediate(() => this.flush());
  }

  private add(event: Extract<WidgetEvent, { type: "comm" }>): void {
    const { message } = event;
    const at = this.open.get(message.commId);
    const older = at === undefined ? undefined : this.events[at];
    const isPlain = event.answers.length === 0 && isUpdate(message);
    if (isPlain && at !== undefined && older?.type === "comm") {
      const state = { ...stateIn(older.message), ...stateIn(message) };
      this.events[at] = { ...older, message: { ...message, data: { ...message.data, state } } };
      return;
    }
    this.events.push(event);
    if (isPlain) this.open.set(message.commId, this.events.length - 1);
    // Others may name what this one made, or depend on their order.
    else this.open.clear();
  }
}

function isUpdate({ type, data, buffers }: CommMessage): boolean {
  return type === "comm_msg" && data.method === "update" && isJsonObject(data.state) && buffers.length === 0;
}

function stateIn({ data }: CommMessage): JsonObject {
  return isJsonObject(data.state) ? data.state : {};
}
