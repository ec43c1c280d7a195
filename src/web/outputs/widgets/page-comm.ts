/** A widget's line to its other half in the kernel, in the form in which `@jupyter-widgets/base` wants it. */
import type { ICallbacks, IClassicComm } from "@jupyter-widgets/base";
import type { WidgetComm } from "../../../api/widgets.ts";
import type { JsonObject } from "../../../util/json.ts";

export interface CommSender {
  /** @returns the message's id. */
  send(message: WidgetComm, buffers: readonly Uint8Array[], callbacks: ICallbacks | undefined): string;
}

/** What the manager of `@jupyter-widgets` reads of a message. */
export interface HeardMessage {
  readonly content: { readonly comm_id: string; readonly data: JsonObject };
  readonly metadata: JsonObject;
  readonly parent_header: { readonly msg_id: string };
  readonly buffers: readonly DataView[];
}

type Handler = (message: never) => unknown;
type Buffers = ArrayBuffer[] | ArrayBufferView[] | undefined;

export class PageComm implements IClassicComm {
  readonly comm_id: string;
  readonly target_name = "jupyter.widget";
  private readonly sender: CommSender;
  private heard: Handler = () => {};
  private closed: Handler = () => {};

  constructor(commId: string, sender: CommSender) {
    this.comm_id = commId;
    this.sender = sender;
  }

  open(data: unknown, callbacks?: ICallbacks, metadata?: object, buffers?: Buffers): string {
    return this.pass("comm_open", data, callbacks, metadata, buffers);
  }

  send(data: unknown, callbacks?: ICallbacks, metadata?: object, buffers?: Buffers): string {
    return this.pass("comm_msg", data, callbacks, metadata, buffers);
  }

  close(data: unknown = {}, callbacks?: ICallbacks, metadata?: object, buffers?: Buffers): string {
    return this.pass("comm_close", data, callbacks, metadata, buffers);
  }

  on_msg(handler: (message: never) => void): void {
    this.heard = handler;
  }

  on_close(handler: (message: never) => void): void {
    this.closed = handler;
  }

  hear(message: HeardMessage): void {
    this.heard(message as never);
  }

  hearClose(message: HeardMessage): void {
    this.closed(message as never);
  }

  private pass(
    type: WidgetComm["type"],
    data: unknown,
    callbacks: ICallbacks | undefined,
    metadata: object | undefined,
    buffers: Buffers,
  ): string {
    const message: WidgetComm = {
      type,
      commId: this.comm_id,
      targetName: type === "comm_open" ? this.target_name : null,
      data: data as JsonObject,
      metadata: { ...metadata } as JsonObject,
    };
    return this.sender.send(message, (buffers ?? []).map(bytesOf), callbacks);
  }
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
