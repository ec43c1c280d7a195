/** Clients of rooms for benchmarks: light ones that only look for a mark in what arrives. */
import { once } from "node:events";
import { WebSocket } from "ws";
import { greetingOf } from "./room-client.ts";
import type { RoomAddress } from "./room-server.ts";

const JOIN_LIMIT_MS = 20_000;

export interface Watchers {
  readonly count: number;
  /** Milliseconds from the sending of each mark to its arrival, for each watcher. */
  readonly delays: readonly number[];
  /** How many marks all watchers have. */
  readonly arrived: number;
  /** How many not all have yet. */
  readonly waiting: number;
  sent(mark: string): void;
  /** Settles with the next mark that all have, or after a little while. */
  next(): Promise<void>;
  /** Waits until all have all that was sent, or for so long. */
  settle(limitMs: number): Promise<void>;
  close(): void;
}

/** @param isGreeted the server says something first: they are there when it has. A bare relay says nothing. */
export async function watchRoom(address: RoomAddress, count: number, isGreeted = true): Promise<Watchers> {
  const delays: number[] = [];
  const sentAt = new Map<string, number>();
  const left = new Map<string, number>();
  let arrived = 0;
  let wake = (): void => {};
  const hear = (data: Buffer): void => {
    const now = performance.now();
    for (const [mark] of data.toString("latin1").matchAll(/<m\d{7}>/g)) {
      const start = sentAt.get(mark);
      if (start === undefined) continue;
      delays.push(now - start);
      const waiting = (left.get(mark) ?? 0) - 1;
      left.set(mark, waiting);
      if (waiting > 0) continue;
      left.delete(mark);
      sentAt.delete(mark);
      arrived++;
      wake();
    }
  };
  const sockets = Array.from({ length: count }, () => {
    const socket = new WebSocket(address.url, { headers: address.headers, perMessageDeflate: false });
    socket.on("open", () => {
      if (address.document !== undefined) socket.send(greetingOf(address.document));
    });
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary || data.includes("<m")) hear(data);
    });
    return socket;
  });
  const joined = sockets.map((socket) => once(socket, isGreeted ? "message" : "open"));
  await Promise.race([Promise.all(joined), timeout(JOIN_LIMIT_MS, "the watchers did not get in")]);
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 20);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    count,
    delays,
    next,
    get arrived() {
      return arrived;
    },
    get waiting() {
      return left.size;
    },
    sent: (mark) => {
      sentAt.set(mark, performance.now());
      left.set(mark, count);
    },
    settle: async (limitMs) => {
      const end = performance.now() + limitMs;
      while (left.size > 0 && performance.now() < end) await next();
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

function timeout(ms: number, message: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message)), ms).unref();
  });
}

export const markOf = (number: number): string => `<m${String(number).padStart(7, "0")}>`;
