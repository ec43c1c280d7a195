/** Answers `/p/…`: the one thing here that may be read without a token, where its owner chose so. */
import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Access } from "../../people/access.ts";
import { PUBLISHED_POLICY } from "../../publish/notebook-html.ts";
import { publishedSecret } from "../../publish/publication.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { sendNotice } from "../page/notice-page.ts";
import { reaches } from "../security/reach.ts";
import { published } from "./publications.ts";

/** Pages that are made at the same time; who comes beyond is asked to come back. */
const MAX_AT_ONCE = 4;
let underWay = 0;

const GONE = "There is nothing at this address (any more). Ask whoever gave it to you.";

export async function showPublished(
  context: ServerContext,
  response: ServerResponse,
  { path, method }: { readonly path: string; readonly method: string },
  access: Access | null,
): Promise<void> {
  const store = context.publications;
  const secret = publishedSecret(path);
  const publication = secret === null ? null : (store?.bySecret(secret) ?? null);
  if (!store || publication === null) return sendNotice(response, 404, { message: GONE });
  if (publication.access === "signed-in" && !(access?.rights.view && reaches(access, publication.path)))
    return sendNotice(response, 401, {
      message:
        "This page is for those who are signed in here. Open the address that `loopbook open` printed, or a link that you were given, and come back.",
    });
  if (underWay >= MAX_AT_ONCE) {
    response.setHeader("Retry-After", "2");
    return sendNotice(response, 503, { message: "Many look at this just now. Load it again in a moment." });
  }
  underWay += 1;
  try {
    const frozen = publication.mode === "frozen" ? store.frozenFile(publication.id) : null;
    const source =
      frozen === null
        ? Readable.from(batched(await published(context.host, publication)))
        : createReadStream(frozen);
    // In a frame of nobody, as an origin of its own: it could not act in our name if it ran.
    response.setHeader(
      "Content-Security-Policy",
      `${PUBLISHED_POLICY}; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox`,
    );
    response.setHeader("X-Robots-Tag", "noindex");
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    if (method === "HEAD") {
      source.destroy();
      response.end();
    } else await pipeline(source, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else if (error instanceof LoopbookError) sendNotice(response, 404, { message: GONE });
    else throw error;
  } finally {
    underWay -= 1;
  }
}

/** Small pieces together, so that a page is not sent span by span. */
function* batched(pieces: Iterable<string>): Generator<Buffer> {
  let batch: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    batch.push(piece);
    length += piece.length;
    if (length < 64 * 1024) continue;
    yield Buffer.from(batch.join(""));
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield Buffer.from(batch.join(""));
}
