import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { imageQuery } from "../../api/http.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { IMAGE_TYPES } from "../../util/image-types.ts";
import type { ServerContext } from "../context.ts";
import { insideFolder } from "../folder-path.ts";
import { reachesImage } from "../security/reach.ts";

/** A bigger one is not sent: a page that shows it would stand still. */
const MAX_BYTES = 64 * 1024 * 1024;

export function imageRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/api/images", { config: { needs: "look", reach: "checked" } }, async (request, reply) => {
    const { path } = imageQuery.parse(request.query);
    const type = IMAGE_TYPES[extname(path).toLowerCase()];
    const isHidden = path
      .split(/[/\\]/)
      .some((part) => part.startsWith(".") && part !== "." && part !== "..");
    if (type === undefined || isHidden) throw noSuchImage(path);
    const named = await insideFolder(context.folder, path);
    if (!reachesImage(request.access, named)) throw noSuchImage(path);
    const file = await openImage(named, path);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw noSuchImage(path);
      if (facts.size === 0) throw noSuchImage(path);
      if (facts.size > MAX_BYTES) {
        throw new LoopbookError("too-big", `${path} is bigger than the 64 MB that an image may have here.`);
      }
      // Also when somebody opens its address in a tab of its own, an SVG runs nothing and asks nobody.
      reply.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header("Cache-Control", "private, no-cache");
      const tag = `"${facts.mtimeMs.toString(36)}-${facts.size.toString(36)}"`;
      reply.header("ETag", tag);
      if (request.headers["if-none-match"] === tag) {
        await file.close();
        return reply.code(304).send();
      }
      reply.type(type).header("Content-Length", facts.size);
      // Not beyond the length that was said, should it grow meanwhile.
      return reply.send(file.createReadStream({ end: facts.size - 1 }));
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  });
}

async function openImage(absolute: string, shown: string): Promise<FileHandle> {
  try {
    // A pipe of that name must not be waited for.
    return await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw noSuchImage(shown);
    throw new LoopbookError("unreadable-image", `${shown} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function noSuchImage(path: string): LoopbookError {
  return new LoopbookError("no-such-image", `There is no image ${path} here.`);
}
