import type * as Y from "yjs";
import { LoopbookError } from "../util/errors.ts";
import type { ApiClient } from "./api-client.ts";
import type { EndReason } from "./end-reason.ts";
import { LiveClient } from "./live-client.ts";
import type { OpenSocket } from "./live-socket.ts";

/** The live channel of an open notebook, signed in as `api` is. */
export function openLive(
  api: ApiClient,
  notebookId: string,
  options: { readonly openSocket: OpenSocket; readonly doc?: Y.Doc },
): LiveClient {
  return new LiveClient({
    ...options,
    url: api.liveUrl(notebookId),
    diagnose: () => whyNot(api, notebookId),
  });
}

/** Why a live channel does not open, found by an ordinary request; null: trying again may help. */
async function whyNot(api: ApiClient, notebookId: string): Promise<EndReason | null> {
  try {
    await api.notebook(notebookId);
    return null;
  } catch (error) {
    if (!(error instanceof LoopbookError)) return null;
    if (error.code === "no-such-notebook") return "no-such-notebook";
    return error.code === "no-token" || error.code === "wrong-token" ? "not-allowed" : null;
  }
}
