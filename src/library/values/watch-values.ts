import { resolve } from "node:path";
import type { ParameterValues } from "../../runs/parameters.ts";
import { followValues } from "./follow.ts";

/** A reader that does not come loses the oldest of more than this; values are small, and the newest is what counts. */
const MOST_WAITING = 1_000;

export async function* watchValuesAt(
  path: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ParameterValues, void, undefined> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();
  const waiting: ParameterValues[] = [];
  let wake: () => void = () => {};
  let fault: { readonly thrown: unknown } | null = null;
  let isOver = false;
  const onValues = (values: ParameterValues): void => {
    waiting.push(values);
    if (waiting.length > MOST_WAITING) waiting.shift();
    wake();
  };
  const following = followValues({
    path: resolve(path),
    names,
    using: "library",
    signal: ended.signal,
    onValues,
  })
    .catch((thrown: unknown) => {
      fault = { thrown };
    })
    .finally(() => {
      isOver = true;
      wake();
    });
  try {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (isOver) break;
      else
        await new Promise<void>((come) => {
          wake = come;
        });
    }
    if (fault !== null) throw (fault as { readonly thrown: unknown }).thrown;
  } finally {
    end();
    signal?.removeEventListener("abort", end);
    await following;
  }
}
