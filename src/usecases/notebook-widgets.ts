/**
 * The widgets (ipywidgets and whatever speaks their protocol) of a notebook's kernel, as the session follows them:
 * pages show them from here, and what is done there goes to the kernel through here.
 */
import type { CommMessage } from "../kernel/kernel.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";
import type { JsonObject, JsonValue } from "../util/json.ts";

/** A binary part of a model's state, and where in the state it belongs. */
export interface WidgetBuffer {
  readonly path: readonly JsonValue[];
  readonly data: Uint8Array;
}

export interface WidgetModelState {
  readonly commId: string;
  readonly state: JsonObject;
  readonly buffers: readonly WidgetBuffer[];
}

export type WidgetEvent =
  /** The kernel (or a page) said this. `answers`: what was sent here that made the kernel say it. */
  | { readonly type: "comm"; readonly message: CommMessage; readonly answers: readonly string[] }
  /** The kernel has dealt with these. */
  | { readonly type: "done"; readonly ids: readonly string[] }
  /** Those of before belong to a kernel that is gone. */
  | { readonly type: "gone" };

/** What a page asks of a widget's other half in the kernel. */
export interface WidgetRequest {
  /** Of the page's making, and nobody else's. */
  readonly id: string;
  readonly message: CommMessage;
  /** Where the widget is shown: what handling the message prints, and no Output widget takes, is shown there. */
  readonly cellId: CellId | null;
}

export interface NotebookWidgets {
  /** Goes up with each change of a model. */
  readonly version: number;
  /** Models that changed after this version, those that others name first; 0: all that are live. */
  since(version: number): Iterable<WidgetModelState>;
  closedSince(version: number): readonly string[];
  /**
   * To the kernel: one message of a widget at a time; newer values of what waits take the place of older ones. False:
   * there is no kernel, or the widget is none of its widgets.
   */
  send(request: WidgetRequest): boolean;
  on(listener: (event: WidgetEvent) => void): Unsubscribe;
}
