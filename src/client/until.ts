/** Waiting for something that is told by several. */
import type { Unsubscribe } from "../util/emitter.ts";

/** Settles when it is done, which is asked now and whenever one of these tells something. @throws what `isDone` throws. */
export async function until(
  isDone: () => boolean,
  telling: readonly ((look: () => void) => Unsubscribe)[],
): Promise<void> {
  if (isDone()) return;
  let stops: readonly Unsubscribe[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        try {
          if (isDone()) resolve();
        } catch (error) {
          reject(error);
        }
      };
      stops = telling.map((tell) => tell(look));
    });
  } finally {
    for (const stop of stops) stop();
  }
}
