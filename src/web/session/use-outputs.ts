/** The notebook's outputs that are too big to come with it. */
import { useEffect, useRef, useState } from "react";
import { OutputsClient } from "../../client/outputs-client.ts";
import { LoopbookError } from "../../util/errors.ts";
import { api } from "./api.ts";
import { useModel } from "./hooks.ts";
import type { NotebookModel } from "./notebook-model.ts";
import { useView } from "./view.ts";

const clients = new WeakMap<NotebookModel, OutputsClient>();

export function useOutputs(): OutputsClient {
  const model = useModel();
  const known = clients.get(model);
  if (known) return known;
  const client = new OutputsClient(api, model.notebookId);
  clients.set(model, client);
  return client;
}

export interface Loaded<T> {
  /** The newest state that has come; null: none yet. */
  readonly value: T | null;
  /** It is not there any more. */
  readonly isGone: boolean;
}

/** Between the beginnings of two loads. */
const PACE_MS = 100;
const RETRY_MS = 2_000;

/**
 * Loads again whenever `state` changes, one load at a time and at most ten a second: of states that come quicker the
 * newest wins. `null`: nothing is wanted now; what has come stays.
 */
export function useNewest<T>(
  state: string | null,
  load: (before: T | null, signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, isGone: false });
  const now = useRef({ state, load, done: null as string | null, value: null as T | null });
  now.current.state = state;
  now.current.load = load;
  const wake = useRef<(() => void) | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const go = async (): Promise<void> => {
      while (!signal.aborted) {
        const { state: wanted, done } = now.current;
        if (wanted === null || wanted === done) {
          await new Promise<void>((resolve) => {
            wake.current = resolve;
          });
          continue;
        }
        const beganMs = performance.now();
        try {
          const value = await now.current.load(now.current.value, signal);
          if (signal.aborted) return;
          now.current.value = value;
          now.current.done = wanted;
          setLoaded({ value, isGone: false });
        } catch (error) {
          if (signal.aborted) return;
          const isGone = error instanceof LoopbookError && error.code === "no-such-output";
          if (isGone) now.current.done = wanted;
          setLoaded((before) => ({ ...before, isGone }));
          if (!isGone) await pause(RETRY_MS);
        }
        await pause(Math.max(0, beganMs + PACE_MS - performance.now()));
      }
    };
    void go();
    return () => {
      stop.abort();
      wake.current?.();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state is what there is to wake up for.
  useEffect(() => {
    wake.current?.();
    wake.current = null;
  }, [state]);
  return loaded;
}

/** Whether an element is in the window or near it, or is to be printed wherever it is. */
export function useIsNear(element: React.RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: "300px" },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  const isPrinting = useView((view) => view.isPrinting);
  return isNear || isPrinting;
}
