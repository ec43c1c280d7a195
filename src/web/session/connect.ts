/** The ports of `channel.ts` on the typed client. */
import type { ConnectionState as ClientState } from "../../client/live-client.ts";
import { openBrowserSocket } from "../../client/live-socket.ts";
import { openLive } from "../../client/open-live.ts";
import { answerOf, api } from "./api.ts";
import type { ConnectionState, LiveChannel, NotebookRequests } from "./channel.ts";

export function openChannel(notebookId: string): LiveChannel {
  const client = openLive(api, notebookId, { openSocket: openBrowserSocket });
  return {
    doc: client.doc,
    results: client.results,
    awareness: client.awareness,
    connection: () => stateOf(client.connection()),
    onMessage: (listener) => client.onMessage(listener),
    onConnection: (listener) => client.onConnection((state) => listener(stateOf(state))),
    onSynced: (listener) => client.onShown(listener),
    hasUnsentEdits: () => client.unacknowledged() > 0,
    look: (cells) => client.look(cells),
    widgets: client,
    retryNow: () => client.retryNow(),
    close: () => client.close(),
  };
}

function stateOf(state: ClientState): ConnectionState {
  switch (state.type) {
    case "live":
      return "online";
    case "connecting":
      // Trying again after a loss is still a loss to the reader.
      return state.attempt > 1 ? "offline" : "connecting";
    case "offline":
      return "offline";
    case "ended":
      if (state.reason === "no-such-notebook") return "no-such-notebook";
      return state.reason === "not-allowed" ? "not-allowed" : "closed";
  }
}

export function requestsOf(id: string): NotebookRequests {
  return {
    execute: (cellId, sourceHash, lane) => answerOf(api.execute(id, { cellId, sourceHash, lane })),
    clearOutputs: (cellIds) => answerOf(api.clearOutputs(id, { cellIds: [...cellIds] })),
    pasteOutputs: (body) => answerOf(api.pasteOutputs(id, body)),
    kernel: (action) => answerOf(api.kernel(id, action)),
    kernelSpecs: () => answerOf(api.kernelSpecs()),
    complete: (code, cursorPosition) => answerOf(api.complete(id, code, cursorPosition)),
    inspect: (code, cursorPosition) => answerOf(api.inspect(id, code, cursorPosition)),
    variables: () => answerOf(api.variables(id)),
    format: (sources) => answerOf(api.format(id, sources)),
    answerInput: (inputId, value) => answerOf(api.answerInput(id, inputId, value)),
    parameters: () => answerOf(api.parameters(id).then((view) => view.parameters)),
    setValues: (values) => answerOf(api.setValues(id, { values: { ...values } })),
    save: (again = false) => answerOf(api.save(id, again ? { again } : {})),
    follow: () => answerOf(api.followNotebook(id)),
    relocate: (how, path) => answerOf(relocate(id, how, path)),
    conflictCopies: () => answerOf(api.conflicts(id).then(({ copies }) => copies)),
    mergeCopy: (name) => answerOf(api.mergeCopy(id, { name }).then(({ copies }) => copies)),
    resolveConflict: (cellId, choice) => answerOf(api.resolveConflict(id, { cellId, choice })),
    startRun: (options) => answerOf(api.startRun({ notebookId: id, ...options })),
    runCommand: (runId, command) => answerOf(api.command(runId, command)),
  };
}

async function relocate(id: string, how: "move" | "save-as" | "copy", path: string): Promise<string> {
  if (how === "copy") return (await api.copyNotebook(id, path)).path;
  const view = await (how === "move" ? api.moveNotebook(id, path) : api.saveNotebookAs(id, path));
  return view.path ?? path;
}
