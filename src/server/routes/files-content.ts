/** Sends files of the folder as what runs nothing: also opened in a tab of their own, they cannot act in our name. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { contentQuery } from "../../api/files.ts";
import { fileMark } from "../../store/files/folder-files.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { confined } from "./files-changes.ts";

const IMAGES: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};
const MEDIA: Readonly<Record<string, string>> = {
  ".m4a": "audio/mp4",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".oga": "audio/ogg",
  ".ogg": "audio/ogg",
  ".wav": "audio/wav",
  ".webm": "video/webm",
};
const LOOKED_AT = 8_000;

export function fileContentRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/api/files/content", { config: { needs: "look", reach: "checked" } }, async (request, reply) => {
    const { path, download } = contentQuery.parse(request.query);
    const named = await confined(context, path, request);
    const file = await openFile(named, path);
    try {
      const { size } = await file.stat();
      const type = download ? null : await typeOf(file, named);
      const tag = `"${await fileMark(named)}"`;
      reply.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header("Cache-Control", "private, no-cache");
      reply.header("ETag", tag);
      reply.header("Accept-Ranges", "bytes");
      if (type === null) reply.header("Content-Disposition", dispositionOf(basename(named)));
      reply.type(type ?? "application/octet-stream");
      if (request.headers["if-none-match"] === tag && !download) {
        await file.close();
        return reply.code(304).send();
      }
      const range = rangeOf(request.headers.range, size);
      if (range === "wrong") {
        await file.close();
        return reply.code(416).header("Content-Range", `bytes */${size}`).send();
      }
      const { from, to } = range ?? { from: 0, to: size - 1 };
      if (range) reply.code(206).header("Content-Range", `bytes ${from}-${to}/${size}`);
      reply.header("Content-Length", Math.max(0, to - from + 1));
      if (size === 0) {
        await file.close();
        return reply.send("");
      }
      // Not beyond the length that was said, should it grow meanwhile.
      return reply.send(file.createReadStream({ start: from, end: to }));
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  });
}

/** Null: to be saved. Whatever is text is plain text, HTML too. */
async function typeOf(file: FileHandle, path: string): Promise<string | null> {
  const extension = extname(path).toLowerCase();
  const known = IMAGES[extension] ?? MEDIA[extension];
  if (known !== undefined) return known;
  const buffer = Buffer.alloc(LOOKED_AT);
  const { bytesRead } = await file.read(buffer, 0, LOOKED_AT, 0);
  return buffer.subarray(0, bytesRead).includes(0) ? null : "text/plain; charset=utf-8";
}

async function openFile(absolute: string, shown: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // A pipe of that name must not be waited for.
    file = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new LoopbookError(
      isGone ? "no-such-file" : "unreadable-file",
      isGone ? `There is no ${shown} here (any more).` : `${shown} cannot be read: ${messageOf(cause)}.`,
      { cause },
    );
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new LoopbookError("no-such-file", `${shown} is no file.`);
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; null: all of it (RFC 9110, 14.1.2; several ranges are not given). */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | "wrong" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  return from > to ? "wrong" : { from, to };
}

/** RFC 6266: a plain name for old readers, the true one beside it. */
export function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
