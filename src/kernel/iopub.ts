/** What IOPub and comm messages say, checked once. Fields that are missing or of the wrong type get a neutral value. */
import type { CommMessage, IopubMessage } from "./kernel.ts";
import { countOf, type IncomingMessage, objectOf, textOf, textsOf } from "./message.ts";

/** Null for types that are not output (`status`, `comm_*`, `debug_event`, and what we do not know). */
export function parseIopub(message: IncomingMessage): IopubMessage | null {
  switch (message.type) {
    case "stream": {
      const content = message.content();
      return { type: "stream", name: textOf(content.name, "stdout"), text: textOf(content.text) };
    }
    case "display_data": {
      const content = message.content();
      return {
        type: "display_data",
        data: objectOf(content.data),
        metadata: objectOf(content.metadata),
        displayId: displayIdOf(content.transient),
      };
    }
    case "update_display_data": {
      const content = message.content();
      const displayId = displayIdOf(content.transient);
      if (displayId === null) return null;
      const data = objectOf(content.data);
      return { type: "update_display_data", data, metadata: objectOf(content.metadata), displayId };
    }
    case "execute_result": {
      const content = message.content();
      return {
        type: "execute_result",
        data: objectOf(content.data),
        metadata: objectOf(content.metadata),
        executionCount: countOf(content.execution_count) ?? 0,
        displayId: displayIdOf(content.transient),
      };
    }
    case "error": {
      const content = message.content();
      return {
        type: "error",
        ename: textOf(content.ename),
        evalue: textOf(content.evalue),
        traceback: textsOf(content.traceback),
      };
    }
    case "clear_output":
      return { type: "clear_output", wait: message.content().wait === true };
    case "execute_input":
      return { type: "execute_input", executionCount: countOf(message.content().execution_count) ?? 0 };
    default:
      return null;
  }
}

function displayIdOf(transient: Parameters<typeof objectOf>[0]): string | null {
  const id = objectOf(transient).display_id;
  return typeof id === "string" && id !== "" ? id : null;
}

export function isComm(type: string): type is CommMessage["type"] {
  return type === "comm_open" || type === "comm_msg" || type === "comm_close";
}

/** Null when it names no comm. */
export function parseComm(type: CommMessage["type"], message: IncomingMessage): CommMessage | null {
  const content = message.content();
  const commId = textOf(content.comm_id);
  if (commId === "") return null;
  return {
    type,
    commId,
    targetName: type === "comm_open" ? textOf(content.target_name) : null,
    data: objectOf(content.data),
    metadata: message.metadata(),
    // Copies: the views would keep everything that was read with them.
    buffers: message.buffers.map((buffer) => Uint8Array.from(buffer)),
    parentId: message.parentId,
  };
}
