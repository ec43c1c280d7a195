/** The relay of `relay.ts`, up for as long as somebody works with it. */
import path from "node:path";
import { startChild } from "./children.ts";

export async function withRelay<T>(work: (url: string) => Promise<T>): Promise<T> {
  const child = startChild({
    name: "relay",
    argv: [process.execPath, path.join(import.meta.dirname, "relay.ts")],
  });
  try {
    return await work(`ws://127.0.0.1:${await child.says(/(\d+)\n/)}`);
  } finally {
    await child.end("SIGKILL");
  }
}
