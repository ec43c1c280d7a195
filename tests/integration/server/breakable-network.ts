import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface BreakableNetwork {
  /** `ws://127.0.0.1:…` of the near end. */
  readonly url: string;
  /** What the far end is called, for its Host check. */
  readonly host: string;
  /** Breaks all connections at once, without a word; new ones work. */
  cut(): void;
  /** Down: all break, new ones are refused. */
  setDown(down: boolean): void;
}

/** A way to a server of this machine that can break. */
export async function aBreakableNetwork(serverPort: number): Promise<BreakableNetwork> {
  const sockets = new Set<Socket>();
  let isDown = false;
  const listener = createServer((near) => {
    if (isDown) {
      near.destroy();
      return;
    }
    const far = connect(serverPort, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    listener.close();
  });
  return {
    url: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    host: `127.0.0.1:${serverPort}`,
    cut,
    setDown: (down) => {
      isDown = down;
      if (down) cut();
    },
  };
}
