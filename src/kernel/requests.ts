/** Requests that want a reply and nothing else, with a limit in time. */
import type { Clock } from "../util/clock.ts";
import { LoopbookError } from "../util/errors.ts";
import type { JsonObject } from "../util/json.ts";

interface OpenRequest {
  readonly resolve: (content: JsonObject) => void;
  readonly reject: (error: LoopbookError) => void;
  readonly cancelTimeout: () => void;
}

export class Requests {
  private readonly clock: Clock;
  private readonly open = new Map<string, OpenRequest>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves with the reply's content. @throws LoopbookError `kernel-did-not-answer`, `kernel-died` */
  begin(id: string, what: string, timeoutMs: number): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.clock.schedule(timeoutMs, () => {
        this.open.delete(id);
        const waited = `${timeoutMs / 1000} s`;
        const message = `The kernel did not answer ${what} within ${waited}. It may be busy; try again when it is idle.`;
        reject(new LoopbookError("kernel-did-not-answer", message, { retry: true }));
      });
      this.open.set(id, { resolve, reject, cancelTimeout });
    });
  }

  reply(id: string | null, content: JsonObject): void {
    const request = id === null ? undefined : this.open.get(id);
    if (id === null || request === undefined) return;
    this.open.delete(id);
    request.cancelTimeout();
    request.resolve(content);
  }

  endAll(message: string): void {
    for (const request of this.open.values()) {
      request.cancelTimeout();
      request.reject(new LoopbookError("kernel-died", message));
    }
    this.open.clear();
  }
}
