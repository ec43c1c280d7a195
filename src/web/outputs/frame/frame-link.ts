/** The page's end of one frame. */
import {
  beginSchema,
  type FromFrame,
  fromFrameSchema,
  helloSchema,
  MAX_FILE_BYTES,
  type ToFrame,
} from "./protocol.ts";

export interface FrameLink {
  send(message: ToFrame): void;
  close(): void;
}

interface FrameLinkOptions {
  readonly frame: HTMLIFrameElement;
  /** What is to run in it. */
  readonly load: () => Promise<string>;
  readonly onMessage: (message: FromFrame) => void;
  /** Its code did not come, or the document in it is another one than ours. */
  readonly onLost: () => void;
}

/** Messages a second that a frame may send; what is more is dropped, and a page stays quick beside a frame gone wild. */
const MAX_PER_SECOND = 200;

export function linkFrame({ frame, load, onMessage, onLost }: FrameLinkOptions): FrameLink {
  const { port1, port2 } = new MessageChannel();
  let isBegun = false;
  let isClosed = false;
  let loads = 0;
  const onWindow = ({ source, data }: MessageEvent): void => {
    if (source !== frame.contentWindow || isBegun || !helloSchema.safeParse(data).success) return;
    isBegun = true;
    load().then(
      (code) => {
        // It has no origin that could be named; the code is no secret, and the window is the one that asked.
        if (!isClosed)
          frame.contentWindow?.postMessage(beginSchema.parse({ loopbook: "begin", code }), "*", [port2]);
      },
      () => onLost(),
    );
  };
  /** Its document is loaded once. A second time something in it went elsewhere. */
  const onLoad = (): void => {
    if (++loads > 1) onLost();
  };
  const pace = { second: 0, count: 0 };
  port1.onmessage = ({ data }) => {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== pace.second) Object.assign(pace, { second, count: 0 });
    if (++pace.count > MAX_PER_SECOND) return;
    const parsed = fromFrameSchema.safeParse(data);
    if (!parsed.success) return;
    if (parsed.data.type === "file" && parsed.data.bytes.byteLength > MAX_FILE_BYTES) return;
    onMessage(parsed.data);
  };
  window.addEventListener("message", onWindow);
  frame.addEventListener("load", onLoad);
  return {
    // What is sent before the frame listens waits in the channel.
    send: (message) => port1.postMessage(message),
    close: () => {
      isClosed = true;
      window.removeEventListener("message", onWindow);
      frame.removeEventListener("load", onLoad);
      port1.close();
    },
  };
}
