/**
 * Writes of one turn of the event loop share one transaction, and so one sync of the disk, which costs the same for
 * one row and for a thousand. A promise resolves when its write is durable.
 */
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./open-database.ts";

interface Waiting {
  readonly isRelaxed: boolean;
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class GroupCommit {
  private readonly database: DatabaseSync;
  /** Bounded by what callers do in one turn; it is emptied in the next. */
  private waiting: Waiting[] = [];
  private isFull = true;

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** @param isRelaxed written to the log without waiting for the disk; the next write that waits syncs it, too. */
  run(write: () => void, isRelaxed = false): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ write, isRelaxed, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Writes now what waits. */
  flush(): void {
    const group = this.waiting;
    this.waiting = [];
    if (group.length === 0) return;
    this.sync(!group.every(({ isRelaxed }) => isRelaxed));
    try {
      inTransaction(this.database, () => {
        for (const { write } of group) write();
      });
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1) {
        group[0]?.reject(error);
        return;
      }
      // One bad write must not take the others of its turn with it.
      for (const { write, resolve, reject } of group) {
        try {
          inTransaction(this.database, write);
          resolve();
        } catch (own) {
          reject(own);
        }
      }
    }
  }

  private sync(isFull: boolean): void {
    if (this.isFull === isFull) return;
    this.database.exec(`PRAGMA synchronous = ${isFull ? "FULL" : "NORMAL"}`);
    this.isFull = isFull;
  }
}
