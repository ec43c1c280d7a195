/** Sends one file, and tells how far it is. */
import { uploadAddress } from "../../client/files-client.ts";
import type { Answer } from "../session/channel.ts";

export type OnClash = "refuse" | "keep-both" | "replace" | "skip";

/** By XMLHttpRequest: a browser tells of a `fetch` only how much was received. */
export function sendFile(
  path: string,
  content: Blob,
  onClash: OnClash,
  options: { readonly onSent?: (bytes: number) => void; readonly signal?: AbortSignal } = {},
): Promise<Answer<string | null>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", uploadAddress(path, onClash));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded }) => options.onSent?.(loaded);
    const fail = (code: string, message: string): void => resolve({ ok: false, code, message });
    request.onerror = () =>
      fail("server-unreachable", "The server does not answer. Nothing of this file was kept.");
    request.onabort = () => fail("aborted", "It was ended.");
    request.onload = () => {
      const body = (request.response ?? {}) as { path?: string | null; code?: string; message?: string };
      if (request.status < 300) resolve({ ok: true, value: body.path ?? null });
      else fail(body.code ?? "unexpected", body.message ?? `The server answered with ${request.status}.`);
    };
    options.signal?.addEventListener("abort", () => request.abort());
    request.send(content);
  });
}
