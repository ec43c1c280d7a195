import type { ApiClient } from "../../client/api-client.ts";
import { connectAs } from "../../library/open-elsewhere.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";

/** The API of another Loopbook process of this user. */
export function connect(entry: Pick<RegistryEntry, "url" | "token">): ApiClient {
  return connectAs("cli", entry);
}
