import { ApiClient } from "../../client/api-client.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";

/** Longer than any answer takes; a process that is suspended must not hang every command. */
const ANSWER_LIMIT_MS = 30_000;

/** The API of another Loopbook process of this user. */
export function connect(entry: Pick<RegistryEntry, "url" | "token">): ApiClient {
  return new ApiClient({
    baseUrl: entry.url,
    token: entry.token,
    using: "cli",
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }),
  });
}
