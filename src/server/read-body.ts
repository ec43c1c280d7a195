import { Readable } from "node:stream";
import { LoopbookError } from "../util/errors.ts";

/** A body that was passed on unread (bytes, lines of JSON), whole. @throws LoopbookError `too-big`, `bad-request`. */
export async function readBody(body: unknown, maxBytes: number): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (!(body instanceof Readable))
    throw new LoopbookError(
      "bad-request",
      "This is sent as application/octet-stream, or as application/x-ndjson.",
    );
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes)
      throw new LoopbookError("too-big", `One request takes ${maxBytes} bytes at most. Send it in pieces.`);
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, size);
}
