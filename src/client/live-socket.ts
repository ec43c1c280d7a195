/** A WebSocket as the live client needs it, so that the page's own and Node's `ws` both fit. */
export interface SocketHandlers {
  onOpen(): void;
  onMessage(data: string | Uint8Array): void;
  /** Also when it never opened. Called once. */
  onClose(code: number): void;
}

export interface LiveSocket {
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export type OpenSocket = (url: string, handlers: SocketHandlers) => LiveSocket;

/** The browser's. The cookie signs it in. */
export const openBrowserSocket: OpenSocket = (url, handlers) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    handlers.onMessage(typeof data === "string" ? data : new Uint8Array(data));
  socket.onclose = ({ code }) => handlers.onClose(code);
  return { send: (data) => socket.send(data), close: () => socket.close() };
};
