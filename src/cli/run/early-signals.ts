/**
 * Signals that come while a run starts: kept until somebody can answer them, so that none leaves a run half begun. And
 * while it is being taken down, so that none leaves it half ended.
 */
import type { RunSignal } from "./signals.ts";

const EARLY: readonly (readonly [NodeJS.Signals, RunSignal | null])[] = [
  ["SIGINT", "interrupt"],
  ["SIGTERM", "terminate"],
  // A terminal that is gone takes no run along.
  ["SIGHUP", null],
];

export interface EarlySignals {
  /** The first that came, if one did; nothing is heard here any more. */
  end(): RunSignal | null;
}

/** A start that takes longer is not worth waiting for. */
const PATIENCE_MS = 3_000;

/** Another one after some seconds does not wait for the start. */
export function hearEarlySignals(): EarlySignals {
  let first: RunSignal | null = null;
  let firstAtMs = 0;
  const handlers = EARLY.map(([name, signal]) => {
    const handler = (): void => {
      if (signal === null) return;
      if (first === null) [first, firstAtMs] = [signal, performance.now()];
      else if (performance.now() - firstAtMs > PATIENCE_MS) process.exit(130);
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    end: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
      return first;
    },
  };
}
