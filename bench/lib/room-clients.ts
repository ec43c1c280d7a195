/** Clients of rooms for benchmarks: light ones that only look for a mark in what arrives. */
import { once } from "node:events";
import { WebSocket } from "ws";

export interface Watchers {
  /** Milliseconds from the sending of each mark to its arrival, for each watcher. */
  readonly delays: readonly number[];
  sent(mark: string): void;
  /** Waits until all have all that was sent, or for so long. */
  settle(limitMs: number): Promise<void>;
  close(): void;
}

export async function watchRoom(
  url: string,
  headers: Readonly<Record<string, string>>,
  count: number,
): Promise<Watchers> {
  const delays: number[] = [];
  const sentAt = new Map<string, number>();
  const left = new Map<string, number>();
  const sockets = Array.from(
    { length: count },
    () => new WebSocket(url, { headers, perMessageDeflate: false }),
  );
  for (const socket of sockets) {
    socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) return;
      const now = performance.now();
      for (const [mark] of data.toString("latin1").matchAll(/<m\d{7}>/g)) {
        const start = sentAt.get(mark);
        if (start === undefined) continue;
        delays.push(now - start);
        const waiting = (left.get(mark) ?? 0) - 1;
        if (waiting > 0) left.set(mark, waiting);
        else left.delete(mark);
      }
    });
  }
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return {
    delays,
    sent: (mark) => {
      sentAt.set(mark, performance.now());
      left.set(mark, count);
    },
    settle: async (limitMs) => {
      const end = performance.now() + limitMs;
      while (left.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

export const markOf = (number: number): string => `<m${String(number).padStart(7, "0")}>`;
