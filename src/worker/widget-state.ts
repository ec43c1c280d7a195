/**
 * The widgets of a session's kernel: their models as the comms tell them (`widget-models.ts`), what Output widgets
 * capture, and the way of pages to them (`comm-lanes.ts`). nbclient keeps state and captured output the same way.
 */
import type { DisplayIndex } from "../document/output-fold-displays.ts";
import type { CommMessage, CommRequest, IopubMessage, Kernel } from "../kernel/kernel.ts";
import type {
  NotebookWidgets,
  WidgetEvent,
  WidgetModelState,
  WidgetRequest,
} from "../usecases/notebook-widgets.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";
import { CommLanes } from "./comm-lanes.ts";
import { savedModel, widgetsMetadata } from "./widget-metadata.ts";
import { type Model, stateOf, WidgetModels } from "./widget-models.ts";
import { askForModels } from "./widget-recovery.ts";

/** What Output widgets captured is told to pages this often at most, and long texts less often. */
const TELL_MS = 100;
const TELL_LONG_MS = 1_000;
const LONG = 64 * 1024;
/** How long a cell waits for what pages sent before; a callback that takes longer is not waited for to its end. */
const SETTLE_LIMIT_MS = 2_000;

export interface WidgetTrackerOptions {
  readonly displays: DisplayIndex;
  readonly clock: Clock;
  /** To the kernel's half of a widget; null: there is no kernel. */
  readonly send: (message: CommMessage, request?: CommRequest) => string | null;
  /** The newest execution of a cell. */
  readonly executionOf?: (cellId: CellId) => string | undefined;
}

export class WidgetTracker implements NotebookWidgets {
  private readonly options: WidgetTrackerOptions;
  private readonly models: WidgetModels;
  private readonly lanes: CommLanes;
  private readonly events = new Emitter<WidgetEvent>();
  /** Output widgets that capture now, innermost last, and the request whose output they take. */
  private capturing: { readonly commId: string; readonly requestId: string }[] = [];
  private readonly unsynced = new Set<string>();
  private readonly untold = new Set<string>();
  private cancelTelling: Unsubscribe | null = null;
  private isChanged = false;

  constructor(options: WidgetTrackerOptions) {
    this.options = options;
    this.models = new WidgetModels(options.displays);
    this.lanes = new CommLanes({
      send: (message, request) => options.send(message, request),
      onDone: (ids) => this.events.emit({ type: "done", ids }),
      onTaken: (message, answers) => this.take(message, answers),
    });
  }

  get version(): number {
    return this.models.version;
  }

  since(version: number): Iterable<WidgetModelState> {
    return this.models.since(version);
  }

  closedSince(version: number): readonly string[] {
    return this.models.closedSince(version);
  }

  on(listener: (event: WidgetEvent) => void): Unsubscribe {
    return this.events.on(listener);
  }

  send({ id, message, cellId }: WidgetRequest): boolean {
    if (message.type !== "comm_open" && !this.models.get(message.commId)) return false;
    // The kernel does not repeat these; whoever else shows the widget hears of them here.
    if (message.type !== "comm_msg") this.take(message, [id]);
    const owner = cellId === null ? undefined : this.options.executionOf?.(cellId);
    this.lanes.post(message, id, owner);
    return true;
  }

  /**
   * Settles when the kernel has dealt with what pages sent to widgets, or after two seconds; null: it has. A cell that
   * starts before would overtake what waits here for its turn, or is handled in a subshell.
   */
  settled(): Promise<void> | null {
    if (this.lanes.isEmpty) return null;
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        cancel();
        resolve();
      };
      const stop = this.lanes.onEmpty(end);
      const cancel = this.options.clock.schedule(SETTLE_LIMIT_MS, end);
    });
  }

  onComm(message: CommMessage): void {
    this.take(message, this.lanes.answers(message));
  }

  /** A kernel goes on that an earlier process started: it is asked what widgets it has. */
  recover(kernel: Kernel): void {
    askForModels(kernel, (opened) => {
      if (!this.models.get(opened.commId)) this.take(opened, []);
    });
  }

  /** Whether an Output widget took this output; then it is none of the cell's. `requestId`: what made it. */
  capture(message: IopubMessage, requestId?: string | null): boolean {
    if (this.capturing.length === 0) return false;
    if (message.type === "execute_input" || message.type === "update_display_data") return false;
    const by = requestId
      ? this.capturing.findLast((each) => each.requestId === requestId)
      : this.capturing.at(-1);
    const model = by && this.models.get(by.commId);
    if (!by || !model?.area) return false;
    model.area.add(message);
    this.models.changed(model);
    this.unsynced.add(by.commId);
    this.isChanged = true;
    this.tellSoon(by.commId);
    return true;
  }

  /** Tells the kernel what its Output widgets captured. Before the next request, so that its code finds it there. */
  sync(): void {
    for (const commId of this.unsynced) {
      const model = this.models.get(commId);
      if (model?.area) this.options.send(outputsUpdate(commId, model));
    }
    this.unsynced.clear();
  }

  /** The kernel's half of every widget is gone. */
  reset(): void {
    this.models.clear();
    this.lanes.clear();
    this.unsynced.clear();
    this.untold.clear();
    this.capturing = [];
    this.events.emit({ type: "gone" });
  }

  close(): void {
    this.cancelTelling?.();
  }

  /**
   * What `metadata.widgets` should hold, when that changed since the last call; null otherwise.
   * @param earlier models that were saved before and are to be kept beside those that are live.
   */
  takeMetadata(earlier: (isLive: (id: string) => boolean) => JsonObject = () => ({})): JsonObject | null {
    if (!this.isChanged) return null;
    this.isChanged = false;
    const live: JsonObject = {};
    for (const [commId, model] of this.models.entries()) {
      if ("_model_name" in model.state) live[commId] = savedModel(stateOf(commId, model));
    }
    const isLive = (id: string): boolean => Object.hasOwn(live, id) || this.models.wasClosed(id);
    return widgetsMetadata({ ...earlier(isLive), ...live });
  }

  private take(message: CommMessage, answers: readonly string[]): void {
    const isKnown = this.models.get(message.commId) !== undefined;
    const model = this.models.apply(message);
    const { state } = message.data;
    if (model?.area && message.type === "comm_msg" && isJsonObject(state)) {
      if (typeof state.msg_id === "string") this.captures(message.commId, state.msg_id);
    }
    if (!model && !isKnown) return;
    if (model || message.type === "comm_close") this.isChanged = true;
    if (this.events.size > 0) this.events.emit({ type: "comm", message: told(message, model), answers });
  }

  private captures(commId: string, requestId: string): void {
    this.capturing = this.capturing.filter((each) => each.commId !== commId);
    if (requestId !== "") this.capturing.push({ commId, requestId });
  }

  private tellSoon(commId: string): void {
    if (this.events.size === 0) return;
    this.untold.add(commId);
    this.cancelTelling ??= this.options.clock.schedule(TELL_MS, () => this.tell());
  }

  private tell(): void {
    let size = 0;
    for (const commId of this.untold) {
      const model = this.models.get(commId);
      if (!model?.area) continue;
      const message = outputsUpdate(commId, model);
      size += JSON.stringify(message.data).length;
      this.events.emit({ type: "comm", message, answers: [] });
    }
    this.untold.clear();
    this.cancelTelling = null;
    if (size < LONG) return;
    this.cancelTelling = this.options.clock.schedule(TELL_LONG_MS, () => this.tell());
  }
}

function outputsUpdate(commId: string, { area }: Model): CommMessage {
  const state = { outputs: (area?.outputs() ?? []) as unknown as JsonValue };
  return {
    type: "comm_msg",
    commId,
    targetName: null,
    data: { method: "update", state, buffer_paths: [] },
    metadata: {},
    buffers: [],
  };
}

/** To pages: what we captured is told by us, not by the kernel's echo of it, which may be older. */
function told(message: CommMessage, model: Model | null): CommMessage {
  const { state, method } = message.data;
  if (!model?.area || method !== "echo_update" || !isJsonObject(state) || !("outputs" in state))
    return message;
  const { outputs: _ours, ...rest } = state;
  return { ...message, data: { ...message.data, state: rest } };
}
