/**
 * A Jupyter message as this program holds it, and the port by which messages travel. Source: the messaging protocol
 * 5.4 (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";

export type Channel = "shell" | "iopub" | "stdin" | "control";

export interface OutgoingMessage {
  readonly id: string;
  readonly type: string;
  readonly content: JsonObject;
  readonly metadata?: JsonObject;
  /** For answers (`input_reply`): the header of the request, as it came. */
  readonly parentHeader?: JsonObject;
  /** JEP 91: the subshell that shall handle it. */
  readonly subshellId?: string;
  /** See `ExecuteRequest.tag`; no part of what is sent to the kernel. */
  readonly tag?: JsonObject;
  /** The whole header, where another client made the message (`relay.ts`); its id and type are those given above. */
  readonly header?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

/** What came. `content` and `metadata` are parsed when asked for, for most messages of a flood are only routed. */
export interface IncomingMessage {
  readonly id: string;
  readonly type: string;
  /** `msg_id` of the request that caused it; null for what nobody asked for. */
  readonly parentId: string | null;
  /** Views into what was read: copy what is kept. */
  readonly buffers: readonly Uint8Array[];
  header(): JsonObject;
  /** An empty object where the kernel sent something that is not one. */
  content(): JsonObject;
  metadata(): JsonObject;
  /** Header, parent header, metadata and content as they came: views, as the buffers are. For who passes them on. */
  frames(): readonly Uint8Array[];
}

export interface KernelConnectionHandlers {
  readonly onMessage: (channel: Channel, message: IncomingMessage) => void;
  /** Once a channel, when one that worked is gone. */
  readonly onLost: (channel: Channel, reason: string) => void;
}

/** The four channels to one kernel process (adapters: ZeroMQ here; a server's WebSocket later). */
export interface KernelConnection {
  /** @throws Error when the kernel does not take what is sent (see the adapter's limit). */
  send(channel: "shell" | "stdin" | "control", message: OutgoingMessage): void;
  close(): void;
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function textOf(value: JsonValue | undefined, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

export function countOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

export function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
