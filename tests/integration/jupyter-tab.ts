/** A tab of JupyterLab in a live notebook, over the protocol as it speaks it. */
import { type YCodeCell, YNotebook } from "@jupyter/ydoc";
import { onTestFinished } from "vitest";
import WebSocket from "ws";
import * as Y from "yjs";
import { decodeAwareness, decodeFrame, encodeAwareness, encodeFrame } from "../../src/api/live-frames.ts";
import { waitFor } from "./server/wait-for.ts";
import type { JupyterFolder } from "./stock-jupyter-support.ts";

export interface CollaborationSession {
  readonly fileId: string;
  readonly sessionId: string;
}

export async function joinSession(
  { server }: JupyterFolder,
  path: string,
  token = server.token,
): Promise<Response> {
  return fetch(`${server.url}/api/collaboration/session/${path}`, {
    method: "PUT",
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ format: "json", type: "notebook" }),
  });
}

/** A tab of JupyterLab: its own model, over the protocol as it speaks it. */
export class LabTab {
  readonly notebook: YNotebook;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** User states of the others, by client. */
  readonly others = new Map<number, { user?: { display_name?: string }; cursors?: unknown[] }>();
  readonly socket: WebSocket;
  private saved: ((text: string) => void) | null = null;

  /** @param notebook what it has already, when it comes back. */
  constructor(
    { server }: JupyterFolder,
    { fileId, sessionId }: CollaborationSession,
    token = server.token,
    notebook = new YNotebook(),
  ) {
    this.notebook = notebook;
    const address = server.url.replace("http", "ws");
    const query = new URLSearchParams({ sessionId, token });
    this.socket = new WebSocket(`${address}/api/collaboration/room/json:notebook:${fileId}?${query}`);
    onTestFinished(() => this.socket.terminate());
    const { ydoc } = this.notebook;
    this.closed = new Promise((done) =>
      this.socket.on("close", (code, reason) => done({ code, reason: String(reason) })),
    );
    this.socket.on("error", () => {});
    this.socket.on("open", () =>
      this.send(encodeFrame({ type: "sync-step-1", stateVector: Y.encodeStateVector(ydoc) })),
    );
    this.socket.on("message", (data: Buffer) => this.receive(new Uint8Array(data)));
    ydoc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this && this.socket.readyState === WebSocket.OPEN)
        this.send(encodeFrame({ type: "update", update }));
    });
  }

  send(frame: Uint8Array): void {
    this.socket.send(frame);
  }

  sources(): string[] {
    return this.notebook.cells.map((cell) => cell.source);
  }

  outputs(index: number): unknown {
    return (this.notebook.cells[index] as YCodeCell | undefined)?.getOutputs();
  }

  say(state: unknown): void {
    const { clientID: clientId } = this.notebook.ydoc;
    const update = encodeAwareness([{ clientId, clock: Date.now(), state: JSON.stringify(state) }]);
    this.send(encodeFrame({ type: "awareness", update }));
  }

  save(): Promise<string> {
    this.send(Uint8Array.of(2, 4, ...Buffer.from("save"), 7));
    return new Promise((done) => {
      this.saved = done;
    });
  }

  private receive(data: Uint8Array): void {
    const { ydoc } = this.notebook;
    if (data[0] === 2) {
      this.saved?.(Buffer.from(data.slice(2)).toString());
      return;
    }
    const frame = decodeFrame(data);
    if (frame.type === "sync-step-1") {
      const update = Y.encodeStateAsUpdate(ydoc, frame.stateVector);
      this.send(encodeFrame({ type: "sync-step-2", update }));
    } else if (frame.type === "awareness") {
      for (const { clientId, state } of decodeAwareness(frame.update)) {
        if (state === "null") this.others.delete(clientId);
        else this.others.set(clientId, JSON.parse(state));
      }
    } else if (frame.type !== "looking" && frame.type !== "widgets") Y.applyUpdate(ydoc, frame.update, this);
  }
}

export async function aTab(it: JupyterFolder, path: string): Promise<LabTab> {
  const session = (await (await joinSession(it, path)).json()) as CollaborationSession;
  const tab = new LabTab(it, session);
  await waitFor("the document", () => tab.notebook.cells.length > 0);
  return tab;
}
