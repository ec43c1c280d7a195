/**
 * What the live channel says about widgets, in frames of its own (`live-frames.ts`): JSON, and beside it the binary
 * parts that belong to it, in order. Who may execute may ask; everybody who watches is told.
 */
import type { CommMessage } from "../kernel/kernel.ts";
import type { JsonObject, JsonValue } from "../util/json.ts";

/** Binary parts travel beside it. */
export type WidgetComm = Omit<CommMessage, "buffers" | "parentId">;

/** Page → server. */
export type WidgetsAsk =
  /** From now on this connection is told of widgets; first of all that are there. */
  | { readonly type: "watch" }
  /** To the kernel. `id`: of this page's making, and nobody else's. `cellId`: of the cell that shows the widget. */
  | {
      readonly type: "comm";
      readonly id: string;
      readonly message: WidgetComm;
      readonly cellId: string | null;
    };

/** Server → page. */
export type WidgetsNews =
  /** The whole state of a model. `bufferPaths`: where in it the binary parts belong. */
  | {
      readonly type: "model";
      readonly commId: string;
      readonly state: JsonObject;
      readonly bufferPaths: readonly JsonValue[];
    }
  /** After `watch`: those were all that are there. */
  | { readonly type: "all" }
  /** As the kernel sent it. `answers`: the requests that made it do so. */
  | { readonly type: "comm"; readonly message: WidgetComm; readonly answers: readonly string[] }
  /** The kernel has dealt with these requests. */
  | { readonly type: "done"; readonly ids: readonly string[] }
  /** There is no kernel, or the widget is none of its widgets any more. */
  | { readonly type: "refused"; readonly id: string }
  | { readonly type: "closed"; readonly ids: readonly string[] }
  /** All models that were told before belong to a kernel that is gone. */
  | { readonly type: "gone" };
