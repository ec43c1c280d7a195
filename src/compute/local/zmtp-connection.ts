/** The four channels to a kernel over our ZMTP sockets. The heartbeat is left alone: for a child process, its exit tells. */
import type {
  Channel,
  IncomingMessage,
  KernelConnection,
  KernelConnectionHandlers,
  OutgoingMessage,
} from "../../kernel/message.ts";
import { MalformedMessageError, WireCodec } from "../../kernel/wire-codec.ts";
import type { Logger } from "../../util/logger.ts";
import { type ConnectionInfo, endpointOf } from "./connection-info.ts";
import type { ZmtpSocketType } from "./zmtp/handshake.ts";
import { ZmtpSocket } from "./zmtp/zmtp-socket.ts";

const SOCKETS: Readonly<Record<Channel, ZmtpSocketType>> = {
  iopub: "SUB",
  shell: "DEALER",
  control: "DEALER",
  stdin: "DEALER",
};

export interface ZmtpHandlers extends Pick<KernelConnectionHandlers, "onLost"> {
  /** Also given the message's frames as they came, with what is before them. */
  readonly onMessage: (channel: Channel, message: IncomingMessage, frames: readonly Buffer[]) => void;
}

export class ZmtpConnection implements KernelConnection {
  private readonly codec: WireCodec;
  private readonly sockets: Readonly<Record<Channel, ZmtpSocket>>;
  private isClosed = false;

  /** Starts connecting at once, and goes on until the kernel has bound its sockets. */
  constructor(info: ConnectionInfo, session: string, handlers: ZmtpHandlers, logger: Logger) {
    this.codec = new WireCodec({ key: info.key, session, username: "loopbook" });
    // A kernel sends its input requests to the stdin peer that has the identity of the shell peer that asked.
    const identity = Buffer.from(session, "latin1");
    const open = (channel: Channel): ZmtpSocket =>
      new ZmtpSocket({
        type: SOCKETS[channel],
        endpoint: endpointOf(info, channel),
        identity,
        onMessage: (parts) => {
          try {
            handlers.onMessage(channel, this.codec.decode(parts), parts);
          } catch (error) {
            if (!(error instanceof MalformedMessageError)) throw error;
            logger.warn("A message from the kernel was dropped.", { channel, reason: error.message });
          }
        },
        onLost: (reason) => {
          if (!this.isClosed) handlers.onLost(channel, reason);
        },
      });
    this.sockets = {
      iopub: open("iopub"),
      shell: open("shell"),
      control: open("control"),
      stdin: open("stdin"),
    };
  }

  send(channel: "shell" | "stdin" | "control", message: OutgoingMessage): void {
    this.sockets[channel].send(this.codec.encode(message));
  }

  close(): void {
    this.isClosed = true;
    for (const socket of Object.values(this.sockets)) socket.close();
  }
}
