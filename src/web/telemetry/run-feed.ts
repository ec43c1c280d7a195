/** What is new of runs: for those who show a run's telemetry, a number that changes when there is more to read. */
import { useCallback, useSyncExternalStore } from "react";
import { TelemetryClient } from "../../client/telemetry-client.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";
import { LoopbookError } from "../../util/errors.ts";
import { api } from "../session/api.ts";
import { useModel } from "../session/hooks.ts";
import type { NotebookModel } from "../session/notebook-model.ts";
import { type Loaded, useNewest } from "../session/use-outputs.ts";

class RunFeed {
  private readonly revisions = new Map<string, number>();
  private readonly changes = new Emitter<string>();
  /** Another number after each new connection: what came meanwhile was not told. */
  private connection = 0;

  constructor(model: NotebookModel) {
    // It lives as long as the page's notebook does, as its channel.
    model.channel.onMessage((message) => {
      if (message.type === "hello") {
        this.connection++;
        for (const run of this.revisions.keys()) this.changes.emit(run);
      }
      if (message.type !== "telemetry") return;
      this.revisions.set(message.runId, message.revision);
      this.changes.emit(message.runId);
    });
  }

  state(runId: string): string {
    return `${this.connection} ${this.revisions.get(runId) ?? 0}`;
  }

  on(runId: string, listener: () => void): Unsubscribe {
    if (!this.revisions.has(runId)) this.revisions.set(runId, 0);
    return this.changes.on((run) => {
      if (run === runId) listener();
    });
  }
}

const feeds = new WeakMap<NotebookModel, RunFeed>();

/** Another text whenever the run told more. */
export function useRunState(runId: string): string {
  const model = useModel();
  let feed = feeds.get(model);
  if (!feed) {
    feed = new RunFeed(model);
    feeds.set(model, feed);
  }
  const known = feed;
  const subscribe = useCallback((listener: () => void) => known.on(runId, listener), [known, runId]);
  return useSyncExternalStore(subscribe, () => known.state(runId));
}

const clients = new Map<string, TelemetryClient>();

export function telemetryOf(runId: string): TelemetryClient {
  const client = clients.get(runId) ?? new TelemetryClient(api, runId);
  clients.set(runId, client);
  return client;
}

/** `missing`: nothing of this run is kept where this notebook is served. */
export type Read<T> = { readonly type: "read"; readonly value: T } | { readonly type: "missing" };

/** Loads again when `state` changes, at most ten times a second; null: not now. */
export function useRead<T>(state: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<Read<T>> {
  return useNewest<Read<T>>(state, async (_, signal) => {
    try {
      return { type: "read", value: await load(signal) };
    } catch (error) {
      if (error instanceof LoopbookError && MISSING.has(error.code)) return { type: "missing" };
      throw error;
    }
  });
}

const MISSING = new Set(["no-such-run", "outside-share", "no-right"]);
