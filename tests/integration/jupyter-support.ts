/** For tests of what Jupyter clients find: a real server over a real host, with a client that speaks their protocols. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { ApiClient } from "../../src/client/api-client.ts";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { decodeWire, encodeWire, V1_PROTOCOL } from "../../src/server/jupyter/wire.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import type { Host } from "../../src/usecases/host.ts";
import { randomToken } from "../../src/util/ids.ts";
import type { JsonObject } from "../../src/util/json.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost, type LocalHostOptions } from "../../src/worker/local-host.ts";
import { aProvider } from "./kernel-support.ts";
import { waitFor } from "./server/wait-for.ts";

export const VIEW_TOKEN = "v".repeat(40);

/** What a test reads out of an answer; each knows what it asked for. */
export type Body = { readonly [key: string]: unknown } & { readonly content?: unknown };

export interface Answer {
  readonly status: number;
  readonly body: Body & { readonly id: string; readonly message: string };
  readonly headers: Headers;
}

export interface JupyterBench {
  readonly folder: string;
  readonly host: Host;
  readonly server: RunningServer;
  readonly api: ApiClient;
  /** Asks with the owner's token, or another. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  asViewer(method: string, path: string, body?: unknown): Promise<Answer>;
  write(name: string, notebook: Notebook): void;
}

export async function aJupyterBench(options: Partial<LocalHostOptions> = {}): Promise<JupyterBench> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-jupyter-")));
  const folder = join(base, "project");
  const stateFolder = join(base, "state");
  mkdirSync(folder);
  // Where what is deleted goes.
  process.env.XDG_DATA_HOME = join(base, "data");
  const common = { stateFolder, version: "1.2.3", logger: silentLogger };
  const host = createLocalHost({ ...common, kernels: aProvider(), ...options });
  const server = await startServer({ ...common, host, folder, port: 0, kind: "up", viewToken: VIEW_TOKEN });
  onTestFinished(async () => {
    await server.close();
    await host.close();
    rmSync(base, { recursive: true, force: true });
  });
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `token ${server.token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text), headers: answer.headers };
  };
  return {
    ...{ folder, host, server, ask },
    api: new ApiClient({ baseUrl: server.url, token: server.token, using: "browser" }),
    asViewer: (method, path, body) => ask(method, path, body, { authorization: `token ${VIEW_TOKEN}` }),
    write: (name, notebook) => writeFileSync(join(folder, name), serialiseNotebook(notebook)),
  };
}

/** A message as a client reads it. */
export interface Heard {
  readonly channel: string;
  readonly type: string;
  readonly parentId: string | undefined;
  readonly parentSession: string | undefined;
  readonly content: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export interface ChannelsOptions {
  readonly protocol?: "default" | "v1";
  readonly sessionId?: string;
  readonly token?: string;
  /** Its messages are read by nobody until `resume`. */
  readonly isPaused?: boolean;
}

/** One client of a kernel. */
export class Channels {
  readonly session: string;
  readonly heard: Heard[] = [];
  readonly socket: WebSocket;
  private readonly protocol: "default" | "v1";
  closeCode: number | null = null;

  private constructor(socket: WebSocket, session: string, protocol: "default" | "v1") {
    this.socket = socket;
    this.session = session;
    this.protocol = protocol;
    socket.on("message", (data, isBinary) => this.heard.push(read(data as Buffer, isBinary, protocol)));
    socket.on("error", () => {});
    socket.on("close", (code) => {
      this.closeCode = code;
    });
  }

  static async open(
    { server }: Pick<JupyterBench, "server">,
    kernelId: string,
    {
      protocol = "default",
      sessionId = randomToken(16),
      token = server.token,
      isPaused = false,
    }: ChannelsOptions = {},
  ): Promise<Channels> {
    const url = `${server.url.replace("http", "ws")}/api/kernels/${kernelId}/channels?session_id=${sessionId}&token=${token}`;
    const socket = new WebSocket(url, protocol === "v1" ? [V1_PROTOCOL] : []);
    onTestFinished(() => socket.terminate());
    const channels = new Channels(socket, sessionId, protocol);
    await once(socket, "open");
    if (isPaused) socket.pause();
    return channels;
  }

  /** @returns the message's id. */
  send(
    type: string,
    content: JsonObject = {},
    more: {
      channel?: "shell" | "control" | "stdin";
      parent?: JsonObject;
      buffers?: Uint8Array[];
      id?: string;
    } = {},
  ): string {
    const { channel = "shell", parent = {}, buffers = [], id = randomToken(20) } = more;
    const header = { msg_id: id, msg_type: type, session: this.session, username: "eva", version: "5.3" };
    const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), "utf8");
    const frame = encodeWire(this.protocol, {
      ...{ channel, id, type, buffers },
      header: json({ ...header, date: new Date().toISOString() }),
      parentHeader: json(parent),
      metadata: json({}),
      content: json(content),
    });
    this.socket.send(frame);
    return id;
  }

  execute(code: string, more: JsonObject = {}): string {
    return this.send("execute_request", {
      ...{
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: true,
        stop_on_error: true,
      },
      ...more,
    });
  }

  /** What came in answer to a request, in order. */
  of(id: string): Heard[] {
    return this.heard.filter(({ parentId }) => parentId === id);
  }

  /** What an execution printed. */
  printed(id: string): string {
    return this.of(id)
      .filter(({ type }) => type === "stream")
      .map(({ content }) => String(content.text))
      .join("");
  }

  async reply(id: string): Promise<Heard> {
    const find = (): Heard | undefined => this.of(id).find(({ type }) => type.endsWith("_reply"));
    await waitFor(`a reply to ${id}`, () => find() !== undefined, 30_000);
    return find() as Heard;
  }

  /** Reply and idle are here: everything of it. */
  async done(id: string): Promise<Heard> {
    const reply = await this.reply(id);
    await waitFor("idle", () => this.states(id).includes("idle"), 10_000);
    return reply;
  }

  states(id: string): string[] {
    return this.of(id)
      .filter(({ type }) => type === "status")
      .map(({ content }) => String(content.execution_state));
  }

  async leave(): Promise<void> {
    if (this.socket.readyState === this.socket.CLOSED) return;
    const closed = once(this.socket, "close");
    this.socket.close();
    await closed;
  }
}

function read(data: Buffer, isBinary: boolean, protocol: "default" | "v1"): Heard {
  // Clients do not read IOPub's name as one that may be sent; here it only has to come back out.
  const text = isBinary ? null : (JSON.parse(data.toString("utf8")) as { channel: string });
  const channel = text?.channel ?? channelOf(data, protocol);
  const { message } = decodeWire(protocol, sendable(data, isBinary, protocol), isBinary);
  const { header, parentHeader, content, metadata, buffers } = message;
  return {
    ...{ channel, content, metadata, buffers: buffers.map((buffer) => Uint8Array.from(buffer)) },
    type: String(header.msg_type),
    parentId: parentHeader.msg_id as string | undefined,
    parentSession: parentHeader.session as string | undefined,
  };
}

function channelOf(data: Buffer, protocol: "default" | "v1"): string {
  if (protocol === "v1") {
    return data.subarray(Number(data.readBigUInt64LE(8)), Number(data.readBigUInt64LE(16))).toString();
  }
  const json = data.subarray(data.readUInt32BE(4), data.readUInt32BE(8) || undefined).toString();
  return /"channel":"(\w+)"/.exec(json)?.[1] ?? "";
}

/** The same frame with a channel of the same length that clients may send on. */
function sendable(data: Buffer, isBinary: boolean, protocol: "default" | "v1"): Buffer {
  const copy = Buffer.from(data);
  const at = copy.indexOf(isBinary && protocol === "v1" ? "iopub" : '"channel":"iopub"');
  if (at < 0) return copy;
  const name = isBinary && protocol === "v1" ? at : at + '"channel":"'.length;
  copy.write("shell", name, "latin1");
  return copy;
}
