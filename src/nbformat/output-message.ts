import type { JsonObject, MimeBundle } from "./notebook.ts";

/** What can come out of a kernel for a cell: the shape of the IOPub messages, without knowing of kernels. */
export type OutputMessage = ShownMessage | ControlMessage;

/** Messages that become an output. */
export type ShownMessage =
  | { readonly type: "stream"; readonly name: string; readonly text: string }
  | {
      readonly type: "display_data";
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly displayId: string | null;
    }
  | {
      readonly type: "execute_result";
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly executionCount: number;
      readonly displayId: string | null;
    }
  | {
      readonly type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

type ControlMessage =
  | {
      readonly type: "update_display_data";
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly displayId: string;
    }
  | { readonly type: "clear_output"; readonly wait: boolean }
  | { readonly type: "execute_input"; readonly executionCount: number };
