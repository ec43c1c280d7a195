/** What a file is, and its text where it is one. */
import { contentAddress } from "../../client/files-client.ts";

export interface LoadedText {
  readonly kind: "text";
  readonly text: string;
  /** By which a change of somebody else is noticed. */
  readonly mark: string;
  readonly bytes: number;
  /** Only the beginning was read. */
  readonly truncated: boolean;
}

export type LoadedFile =
  | LoadedText
  | { readonly kind: "image" | "media" }
  | { readonly kind: "other"; readonly bytes: number }
  | { readonly kind: "failed"; readonly message: string };

/** More text is not read at once; what is beyond is downloaded. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;

export async function loadFile(path: string): Promise<LoadedFile> {
  const gone = new AbortController();
  try {
    const response = await fetch(contentAddress(path), {
      headers: { Range: `bytes=0-${MAX_TEXT_BYTES - 1}` },
      credentials: "same-origin",
      signal: gone.signal,
    });
    // An empty file has no bytes to give a range of.
    if (response.status === 416)
      return { kind: "text", text: "", mark: markOf(response), bytes: 0, truncated: false };
    if (!response.ok) {
      const { message } = (await response.json().catch(() => ({}))) as { message?: string };
      return { kind: "failed", message: message ?? `The server answered with ${response.status}.` };
    }
    const type = response.headers.get("Content-Type") ?? "";
    const bytes = Number(
      /\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1] ??
        response.headers.get("Content-Length"),
    );
    if (!type.startsWith("text/plain")) {
      gone.abort();
      if (type.startsWith("image/")) return { kind: "image" };
      return /^(?:audio|video)\//.test(type) ? { kind: "media" } : { kind: "other", bytes };
    }
    const text = await response.text();
    return { kind: "text", text, mark: markOf(response), bytes, truncated: bytes > MAX_TEXT_BYTES };
  } catch {
    return { kind: "failed", message: "The server does not answer." };
  }
}

function markOf(response: Response): string {
  return (response.headers.get("ETag") ?? "").replace(/^(?:W\/)?"|"$/g, "");
}
