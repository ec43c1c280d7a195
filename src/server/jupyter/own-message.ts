/** Messages that the server itself makes for a client: about a kernel's state, or instead of an answer of the kernel's. */
import type { Channel } from "../../kernel/message.ts";
import { randomToken } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import type { WireMessage } from "./wire.ts";

const EMPTY = Buffer.from("{}", "latin1");
/** Of all messages that this process makes. */
const SESSION = `loopbook-${randomToken(12)}`;

export interface OwnMessage {
  readonly channel: Channel;
  readonly type: string;
  readonly content: JsonObject;
  /** The header of the request that it answers, as JSON; absent: it answers none. */
  readonly parentHeader?: Uint8Array | undefined;
}

export function ownMessage(
  { channel, type, content, parentHeader = EMPTY }: OwnMessage,
  nowMs: number,
): WireMessage {
  const id = `${SESSION}_${randomToken(12)}`;
  const header = {
    msg_id: id,
    msg_type: type,
    session: SESSION,
    username: "loopbook",
    date: new Date(nowMs).toISOString(),
    version: "5.4",
  };
  return {
    ...{ channel, id, type, parentHeader, buffers: [] },
    header: Buffer.from(JSON.stringify(header), "utf8"),
    metadata: EMPTY,
    content: Buffer.from(JSON.stringify(content), "utf8"),
  };
}

export function statusMessage(state: string, nowMs: number, parentHeader?: Uint8Array): WireMessage {
  const content = { execution_state: state };
  return ownMessage({ channel: "iopub", type: "status", content, parentHeader }, nowMs);
}

/**
 * What a client gets that waits for an answer which will not come: an error as the reply, and what ends the wait on
 * IOPub; of an execution also the error to be shown.
 */
export function refusal(
  request: { readonly type: string; readonly channel: Channel; readonly header: JsonObject },
  error: { readonly ename: string; readonly evalue: string },
  nowMs: number,
): readonly WireMessage[] {
  if (!request.type.endsWith("_request")) return [];
  const parentHeader = Buffer.from(JSON.stringify(request.header), "utf8");
  const failure = { ...error, traceback: [`${error.ename}: ${error.evalue}`] };
  const reply = request.type.replace(/_request$/, "_reply");
  const counted: JsonObject = request.type === "execute_request" ? { execution_count: 0, payload: [] } : {};
  const shown =
    request.type === "execute_request"
      ? [ownMessage({ channel: "iopub", type: "error", content: failure, parentHeader }, nowMs)]
      : [];
  return [
    statusMessage("busy", nowMs, parentHeader),
    ...shown,
    ownMessage(
      {
        channel: request.channel,
        type: reply,
        content: { status: "error", ...failure, ...counted },
        parentHeader,
      },
      nowMs,
    ),
    statusMessage("idle", nowMs, parentHeader),
  ];
}
