/**
 * The widgets of one notebook in this page. Models are told by the server as their comms tell them, and are made when
 * something shows or names them; what happens to one is a message to the kernel. Without a kernel, what the notebook
 * keeps of them is shown.
 */
import type { DOMWidgetView, ICallbacks, WidgetModel, WidgetView } from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import type { WidgetComm, WidgetsNews } from "../../../api/widgets.ts";
import { Emitter, type Unsubscribe } from "../../../util/emitter.ts";
import { randomToken } from "../../../util/ids.ts";
import { isJsonObject, type JsonObject } from "../../../util/json.ts";
import type { NotebookModel } from "../../session/notebook-model.ts";
import { createStore, type Store } from "../../session/store.ts";
import { cleanInline } from "./clean-html.ts";
import { typesetWithin } from "./label-maths.ts";
import { loadWidgetClass } from "./load-class.ts";
import { type CommSender, type HeardMessage, PageComm } from "./page-comm.ts";
import { type ModelState, putAt, savedModels, savedState } from "./saved-models.ts";
import { Unanswered } from "./unanswered.ts";
import { placeOf, type ViewPlace } from "./view-place.ts";

/** `saved`: as the notebook keeps it, without a kernel. `gone`: its kernel was restarted or has ended. */
export type WidgetStatus = "waiting" | "live" | "saved" | "gone" | "unknown";

/** A frame of the live channel takes 16 MiB. */
const MAX_SENT_BYTES = 15 * 1024 ** 2;
/** Models of kernels that are gone which are remembered; older ones are shown as the notebook keeps them. */
const MAX_PAST = 5_000;
/** How long a view waits for a model that it names. */
const MODEL_LIMIT_MS = 5_000;
/** How long a cell that is run waits here for what widgets sent; behind a busy kernel it is queued all the same. */
const SETTLE_LIMIT_MS = 2_000;

interface Line {
  /** What was told of the model until it is made. */
  state: ModelState | null;
  readonly comm: PageComm;
}

export class WidgetManager extends ManagerBase implements CommSender {
  /** Something was said that is to be read under the widgets; null: nothing. */
  readonly refusal: Store<string | null> = createStore<string | null>(null);
  readonly unanswered = new Unanswered();
  private readonly notebook: NotebookModel;
  private readonly changes = new Emitter<void>();
  private readonly lines = new Map<string, Line>();
  /** Models of kernels that are gone; state null: made. */
  private readonly past = new Map<string, ModelState | null>();
  private readonly cells = new WeakMap<object, string | null>();
  private readonly stops: readonly Unsubscribe[];
  private saved: JsonObject | null = null;
  private told: Set<string> | null = null;
  private hasAll = false;
  private readonly prefix = `w-${randomToken(10)}`;
  private sent = 0;
  private couldExecute = false;

  constructor(notebook: NotebookModel) {
    super();
    this.notebook = notebook;
    this.couldExecute = this.mayExecute;
    const { channel } = notebook;
    this.stops = [
      channel.widgets.onWidgets(({ text, buffers }) => this.hear(JSON.parse(text) as WidgetsNews, buffers)),
      channel.onConnection((state) => {
        if (state === "online") this.watch();
        this.changes.emit();
      }),
      notebook.onMetadata(() => {
        this.saved = null;
        this.changes.emit();
      }),
      notebook.state.subscribe(() => this.noteRights()),
    ];
    this.watch();
    notebook.beforeExecute = () => this.settled();
  }

  readonly onChange = (listener: () => void): Unsubscribe => this.changes.on(listener);

  get mayExecute(): boolean {
    return this.notebook.state.get().rights.execute;
  }

  statusOf(id: string): WidgetStatus {
    if (this.lines.has(id)) return "live";
    if (this.past.has(id)) return "gone";
    if (!this.hasAll && this.notebook.channel.connection() !== "offline") return "waiting";
    return Object.hasOwn(this.savedModels(), id) ? "saved" : "unknown";
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.unanswered.clear();
  }

  override async get_model(id: string): Promise<WidgetModel> {
    if (this.has_model(id)) return super.get_model(id);
    const made = this.make(id);
    if (made) return made;
    await this.untilKnown(id);
    return this.make(id) ?? super.get_model(id);
  }

  override create_view<VT extends DOMWidgetView = DOMWidgetView>(
    model: WidgetModel,
    options: { place?: ViewPlace; parent?: WidgetView } = {},
  ): Promise<VT> {
    const place = options.place ?? (options.parent && placeOf(options.parent));
    if (place) this.cells.set(model, place.cellId);
    return super.create_view(model as never, { ...options, place } as never) as unknown as Promise<VT>;
  }

  override callbacks(): ICallbacks {
    return { iopub: {} };
  }

  /** As the views look for it. */
  readonly _rendermime = { latexTypesetter: { typeset: typesetWithin } };

  override inline_sanitize(source: string): string {
    return cleanInline(source);
  }

  send(message: WidgetComm, buffers: readonly Uint8Array[], callbacks: ICallbacks | undefined): string {
    const id = `${this.prefix}-${++this.sent}`;
    const done = (): void => {
      const status = callbacks?.iopub?.status as ((message: unknown) => void) | undefined;
      status?.({ content: { execution_state: "idle" } });
    };
    const size = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    if (size > MAX_SENT_BYTES) {
      this.refusal.set(
        `${Math.ceil(size / 1024 ** 2)} MB is more than a widget can send (15 MB). Put the file into the notebook's folder and read it there.`,
      );
      queueMicrotask(done);
      return id;
    }
    this.refusal.set(null);
    this.unanswered.add(id, done);
    void this.cellOf(message.commId).then((cellId) => {
      const ask = { type: "comm", id, message, cellId } as const;
      // Without a connection it is told again, as the model then stands, when there is one.
      if (this.mayExecute) this.notebook.channel.widgets.askOfWidgets(ask, buffers);
      else this.unanswered.settle([id]);
    });
    return id;
  }

  protected override loadClass(className: string, moduleName: string, version: string): Promise<never> {
    return loadWidgetClass(className, moduleName, version) as Promise<never>;
  }

  protected override async _create_comm(
    _target: string,
    id: string,
    data?: object,
    metadata?: object,
  ): Promise<PageComm> {
    const comm = new PageComm(id, this);
    this.lines.set(id, { state: null, comm });
    if (data || metadata) comm.open(data ?? {}, undefined, metadata);
    return comm;
  }

  protected override async _get_comm_info(): Promise<object> {
    return {};
  }

  private async cellOf(commId: string): Promise<string | null> {
    return this.has_model(commId) ? (this.cells.get(await super.get_model(commId)) ?? null) : null;
  }

  /** A request to execute takes another way to the server: it would overtake what widgets send. */
  private async settled(): Promise<void> {
    // What a frame has said before and is not heard yet.
    await new Promise((resolve) => setTimeout(resolve));
    await this.unanswered.settled(SETTLE_LIMIT_MS);
  }

  private watch(): void {
    this.told = new Set();
    if (!this.notebook.channel.widgets.askOfWidgets({ type: "watch" })) this.told = null;
  }

  private hear(news: WidgetsNews, buffers: readonly Uint8Array[]): void {
    switch (news.type) {
      case "model":
        this.told?.add(news.commId);
        this.learn(news.commId, stateWith(news.state, news.bufferPaths, buffers));
        break;
      case "all":
        this.hasAll = true;
        this.bury([...this.lines.keys()].filter((id) => this.told && !this.told.has(id)));
        this.told = null;
        this.unanswered.settleAll();
        break;
      case "comm":
        this.hearComm(news, buffers);
        break;
      case "done":
        this.unanswered.settle(news.ids);
        break;
      case "refused":
        this.unanswered.settle([news.id]);
        break;
      case "closed":
        for (const id of news.ids) this.close(id);
        break;
      case "gone":
        this.bury([...this.lines.keys()]);
        this.unanswered.settleAll();
        break;
    }
    if (news.type !== "done" && (news.type !== "comm" || news.message.type !== "comm_msg"))
      this.changes.emit();
  }

  private hearComm(
    { message, answers }: Extract<WidgetsNews, { type: "comm" }>,
    buffers: readonly Uint8Array[],
  ): void {
    const { type, commId, data, metadata } = message;
    const own = answers.findLast((id) => id.startsWith(this.prefix)) ?? "";
    if (type === "comm_close") {
      this.close(commId);
      return;
    }
    const state = isJsonObject(data.state) ? data.state : null;
    const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
    const line = this.lines.get(commId);
    if (type === "comm_open") {
      this.told?.add(commId);
      if (!line && state) this.learn(commId, stateWith(state, paths, buffers));
      return;
    }
    if (!line) return;
    if (line.state !== null) {
      if (state) Object.assign(line.state, stateWith(state, paths, buffers));
      return;
    }
    const heard: HeardMessage = {
      content: { comm_id: commId, data },
      metadata,
      parent_header: { msg_id: own },
      buffers: buffers.map(viewOf),
    };
    line.comm.hear(heard);
  }

  /** The whole state of a live model. */
  private learn(id: string, state: ModelState): void {
    this.past.delete(id);
    const line = this.lines.get(id);
    if (!this.has_model(id)) {
      if (line) line.state = state;
      else this.lines.set(id, { state, comm: new PageComm(id, this) });
      if (isLink(state)) this.get_model(id).catch(() => {});
      return;
    }
    void super.get_model(id).then(async (model) => {
      if (!line) this.lines.set(id, { state: null, comm: this.commOf(model, id) });
      model.comm_live = this.mayExecute && this.lines.has(id);
      const type = model.constructor as typeof WidgetModel;
      model.set_state((await type._deserialize_state(state as never, this as never)) as never);
      this.changes.emit();
    });
  }

  /** Its line, which a model that was made from the notebook gets now. */
  private commOf(model: WidgetModel, id: string): PageComm {
    if (model.comm instanceof PageComm) return model.comm;
    const comm = new PageComm(id, this);
    model.comm = comm;
    comm.on_msg(model._handle_comm_msg.bind(model));
    comm.on_close(model._handle_comm_closed.bind(model));
    return comm;
  }

  private make(id: string): Promise<WidgetModel> | null {
    const line = this.lines.get(id);
    // A live one may be on its way: what the notebook keeps of it would never be told of again.
    const mayBeSaved = this.statusOf(id) === "saved";
    const state =
      line?.state ?? this.past.get(id) ?? (mayBeSaved ? savedState(this.savedModels(), id) : null);
    if (!state || this.has_model(id)) return null;
    if (line) line.state = null;
    const text = (value: unknown): string => (typeof value === "string" ? value : "");
    const made = this.new_model(
      {
        model_id: id,
        model_name: text(state._model_name),
        model_module: text(state._model_module),
        model_module_version: text(state._model_module_version),
        ...(line && { comm: line.comm }),
      },
      state as never,
    );
    return made.then((model) => {
      if (line) model.comm_live = this.mayExecute && this.lines.has(id);
      return model;
    });
  }

  /** The kernel's half is gone; what is shown stays, and says so. */
  private bury(ids: readonly string[]): void {
    for (const id of ids) {
      const line = this.lines.get(id);
      if (!line) continue;
      this.lines.delete(id);
      this.past.set(id, line.state);
      if (this.past.size > MAX_PAST) this.past.delete(this.past.keys().next().value ?? "");
      if (!this.has_model(id)) continue;
      void super.get_model(id).then((model) => {
        if (!this.lines.has(id)) model.comm_live = false;
      });
    }
    if (ids.length > 0) this.changes.emit();
  }

  private close(id: string): void {
    const line = this.lines.get(id);
    this.lines.delete(id);
    this.past.delete(id);
    const content = { comm_id: id, data: {} };
    if (line) line.comm.hearClose({ content, metadata: {}, parent_header: { msg_id: "" }, buffers: [] });
  }

  /** Heard with each change of the session, of which there are many. */
  private noteRights(): void {
    if (this.couldExecute === this.mayExecute) return;
    this.couldExecute = this.mayExecute;
    for (const id of this.lines.keys()) {
      if (!this.has_model(id)) continue;
      void super.get_model(id).then((model) => {
        const isLive = this.mayExecute && this.lines.has(id);
        if (model.comm_live !== isLive) model.comm_live = isLive;
      });
    }
  }

  private savedModels(): JsonObject {
    this.saved ??= savedModels(this.notebook.live.metadata());
    return this.saved;
  }

  private untilKnown(id: string): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(end, MODEL_LIMIT_MS);
      const stop = this.changes.on(() => {
        if (this.statusOf(id) !== "waiting" && this.statusOf(id) !== "unknown") end();
      });
    });
  }
}

function stateWith(state: JsonObject, paths: readonly unknown[], buffers: readonly Uint8Array[]): ModelState {
  for (const [index, path] of paths.entries()) {
    const buffer = buffers[index];
    if (buffer && Array.isArray(path)) putAt(state, path, viewOf(buffer));
  }
  return state;
}

function viewOf(buffer: Uint8Array): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Nothing shows these, and yet they do something. */
function isLink({ _model_name }: ModelState): boolean {
  return _model_name === "LinkModel" || _model_name === "DirectionalLinkModel";
}

const managers = new WeakMap<NotebookModel, WidgetManager>();

export function widgetsOf(notebook: NotebookModel): WidgetManager {
  const known = managers.get(notebook);
  if (known) return known;
  const made = new WidgetManager(notebook);
  managers.set(notebook, made);
  return made;
}
