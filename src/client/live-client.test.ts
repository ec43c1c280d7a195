/** What only a broken network shows, with a socket and a clock that do as told. The rest is tested over real sockets. */
import { expect, onTestFinished, test } from "vitest";
import { CLOSE_CODES } from "../api/live.ts";
import type { Clock } from "../util/clock.ts";
import type { EndReason } from "./end-reason.ts";
import { type ConnectionState, LiveClient } from "./live-client.ts";
import type { SocketHandlers } from "./live-socket.ts";

function aClient(diagnose?: () => Promise<EndReason | null>) {
  const sockets: (SocketHandlers & { closed: boolean })[] = [];
  const timers = new Map<() => void, number>();
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    schedule: (delayMs, callback) => {
      timers.set(callback, nowMs + delayMs);
      return () => timers.delete(callback);
    },
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    for (const [callback, atMs] of [...timers]) {
      if (atMs <= nowMs && timers.delete(callback)) callback();
    }
  };
  const client = new LiveClient({
    url: "ws://test",
    clock,
    random: () => 0,
    ...(diagnose && { diagnose }),
    openSocket: (_url, handlers) => {
      const socket = { ...handlers, closed: false };
      sockets.push(socket);
      return {
        send: () => {},
        close: () => {
          socket.closed = true;
          handlers.onClose(1005);
        },
      };
    },
  });
  onTestFinished(() => client.close());
  const states: ConnectionState[] = [];
  client.onConnection((state) => states.push(state));
  return { client, sockets, states, pass, timers };
}

test("a handshake that never ends is given up and tried again", () => {
  const { sockets, states, pass } = aClient();
  pass(15_000);
  expect(sockets[0]?.closed).toBe(true);
  expect(states).toEqual([{ type: "offline", attempt: 1, retryAtMs: 15_125 }]);
  pass(125);
  expect(sockets).toHaveLength(2);
});

test("a server that lets in and throws out at once is not stormed", () => {
  const { sockets, states, pass } = aClient();
  for (let attempt = 0; attempt < 6; attempt++) {
    const socket = sockets[attempt];
    socket?.onOpen();
    socket?.onClose(1011);
    pass(10_000);
  }
  const waits = states.filter((state) => state.type === "offline").map(({ attempt }) => attempt);
  expect(waits).toEqual([1, 2, 3, 4, 5, 6]);
});

test("what is no Loopbook ends the connection, not the program", () => {
  const { client, sockets } = aClient();
  sockets[0]?.onOpen();
  sockets[0]?.onMessage("<html>");
  expect(sockets[0]?.closed).toBe(true);
  expect(client.connection().type).toBe("offline");
});

test("a closed client stays closed, whatever comes late", async () => {
  const { client, sockets, states, pass, timers } = aClient(() => Promise.resolve(null));
  sockets[0]?.onClose(1006);
  client.close();
  await Promise.resolve();
  pass(60_000);
  sockets[0]?.onOpen();
  expect(sockets).toHaveLength(1);
  expect(states).toEqual([{ type: "ended", reason: "closed" }]);
  expect(timers.size).toBe(0);
});

test.each([
  [CLOSE_CODES.noSuchNotebook, "no-such-notebook"],
  [CLOSE_CODES.viewOnly, "view-only"],
] as const)("code %i ends it for good as %s", async (code, reason) => {
  const { client, sockets, pass } = aClient();
  sockets[0]?.onOpen();
  sockets[0]?.onClose(code);
  pass(60_000);
  expect(sockets).toHaveLength(1);
  expect(client.connection()).toEqual({ type: "ended", reason });
  await expect(client.synced()).rejects.toMatchObject({ code: reason });
});
