/** Single keys from the terminal, without Enter. */
import { readFileSync } from "node:fs";

export interface KeyReader {
  /** Gives the terminal back for a question, or for good. */
  stop(): void;
  start(): void;
}

/** Reads keys until stopped. Ctrl-C comes as `ctrl-c`: a terminal in raw mode sends no signal. */
export function readKeys(listener: (key: string) => void): KeyReader {
  const { stdin } = process;
  let reading = false;
  const onData = (chunk: Buffer): void => {
    for (const character of chunk.toString("utf8")) {
      if (character === "\u001A") suspend();
      else listener(character === "\u0003" ? "ctrl-c" : character);
    }
  };
  const suspend = (): void => {
    reader.stop();
    process.once("SIGCONT", () => reader.start());
    process.kill(process.pid, "SIGTSTP");
  };
  const reader: KeyReader = {
    start: () => {
      if (reading) return;
      reading = true;
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.resume();
    },
    stop: () => {
      if (!reading) return;
      reading = false;
      stdin.off("data", onData);
      try {
        stdin.setRawMode(false);
      } catch {
        // The terminal is gone.
      }
      stdin.pause();
    },
  };
  // A terminal that is gone is told by a signal, too.
  stdin.on("error", () => {});
  reader.start();
  return reader;
}

/** Whether we may read the terminal: a job in the background that tried would be stopped by it. */
export function isForeground(): boolean {
  if (process.platform !== "linux") return true;
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // proc(5): after the name in brackets come state, ppid, pgrp, session, tty_nr, tpgid.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
