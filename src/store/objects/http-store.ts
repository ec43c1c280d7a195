/** `http://` and `https://`: read by GET, written by PUT, as WebDAV, signed addresses of object stores and papermill do. */
import { MAX_NOTEBOOK_BYTES } from "../../nbformat/decode-text.ts";
import type { ObjectStore } from "../../usecases/object-store.ts";

/** A server that says nothing for so long is not going to. */
const LIMIT_MS = 60_000;
const NOTEBOOK_TYPE = "application/x-ipynb+json";

export const httpStore: ObjectStore = {
  async read(address) {
    const response = await ask(address, { headers: { accept: `${NOTEBOOK_TYPE}, application/json, */*` } });
    if (response.status === 404 || response.status === 410) return null;
    await mustBeFine(response);
    const size = Number(response.headers.get("content-length") ?? 0);
    if (size > MAX_NOTEBOOK_BYTES) throw new Error(`it has ${Math.round(size / 1e6)} MB, which is too much`);
    return new Uint8Array(await response.arrayBuffer());
  },
  async write(address, bytes) {
    const headers = { "content-type": NOTEBOOK_TYPE };
    await mustBeFine(await ask(address, { method: "PUT", headers, body: new Uint8Array(bytes) }));
  },
  async exists(address) {
    const response = await ask(address, { method: "HEAD" });
    return response.ok;
  },
};

async function ask(address: string, init: RequestInit): Promise<Response> {
  const url = new URL(address);
  const headers = new Headers(init.headers);
  if (url.username !== "") {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
    url.username = "";
    url.password = "";
  }
  try {
    return await fetch(url, { ...init, headers, signal: AbortSignal.timeout(LIMIT_MS) });
  } catch (error) {
    // fetch says "fetch failed" and keeps the reason to itself.
    const { cause } = error as { readonly cause?: unknown };
    throw cause instanceof Error ? cause : error;
  }
}

async function mustBeFine(response: Response): Promise<void> {
  if (response.ok) return;
  await response.body?.cancel();
  throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
}
