/**
 * The models of a kernel that goes on from an earlier process: ipywidgets tells all it has when it is asked over a
 * comm of the target `jupyter.widget.control` (`Widget.handle_control_comm_opened`, protocol 1.0.0). A kernel that
 * knows no such target closes the comm, and nothing is learnt.
 */
import type { CommMessage, Kernel } from "../kernel/kernel.ts";
import { randomToken } from "../util/ids.ts";
import { isJsonObject, type JsonObject } from "../util/json.ts";

const NOTHING = { targetName: null, data: {}, metadata: {}, buffers: [] } as const;

/** @param onModel as if its comm opened now. */
export function askForModels(kernel: Kernel, onModel: (opened: CommMessage) => void): void {
  const commId = `loopbook-${randomToken(12)}`;
  const stop = kernel.onComm((message) => {
    if (message.commId !== commId || message.data.method !== "update_states") return;
    for (const opened of modelsIn(message)) onModel(opened);
  });
  const target = { targetName: "jupyter.widget.control", metadata: { version: "1.0.0" } };
  kernel.sendComm({ ...NOTHING, ...target, type: "comm_open", commId }, { besideCells: true });
  kernel.sendComm(
    { ...NOTHING, type: "comm_msg", commId, data: { method: "request_states" } },
    {
      besideCells: true,
      onDone: () => {
        stop();
        kernel.sendComm({ ...NOTHING, type: "comm_close", commId }, { besideCells: true });
      },
    },
  );
}

function* modelsIn({ data, buffers }: CommMessage): Generator<CommMessage> {
  if (!isJsonObject(data.states)) return;
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
  for (const [commId, model] of Object.entries(data.states)) {
    const state = isJsonObject(model) && isJsonObject(model.state) ? model.state : null;
    if (state === null) continue;
    const own: { path: JsonObject[string]; buffer: Uint8Array }[] = [];
    for (const [index, path] of paths.entries()) {
      const buffer = buffers[index];
      if (!Array.isArray(path) || path[0] !== commId || path[1] !== "state" || !buffer) continue;
      own.push({ path: path.slice(2), buffer });
    }
    yield {
      ...NOTHING,
      type: "comm_open",
      commId,
      targetName: "jupyter.widget",
      data: { state, buffer_paths: own.map(({ path }) => path) },
      buffers: own.map(({ buffer }) => buffer),
    };
  }
}
