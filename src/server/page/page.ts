/**
 * The built page and its files. Only names that a listing of the build folder gave are served, so no path can lead
 * out of it. Every other address of the page is the page itself, which reads the address in the browser.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pagePolicy } from "../security/headers.ts";
import { frameKind, sendFrame } from "./frame.ts";
import { sendNotice } from "./notice-page.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const PACKS_WELL = /\.(?:m?js|css|svg|ttf|json)$/;
/** A build that is made while the server runs is seen after this. */
const LISTING_MS = 1_000;
const NOT_BUILT =
  "The page is not built yet. Type `npm run setup` (or `npm run build`) in Loopbook's folder, then load this again.";

export interface Page {
  /** Whether there is a file of this name; the page itself is not asked for so. */
  has(path: string): boolean;
  /** `path` without query, as the browser sent it. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

export function createPage(pageFolder: string | null): Page {
  const folder = pageFolder === null ? null : resolve(pageFolder);
  /** As much as the page has: some megabytes, once everything was asked for. */
  const packed = new Map<string, Promise<Buffer>>();
  let listing = new Map<string, string>();
  let listedAtMs = Number.NEGATIVE_INFINITY;
  const find = (path: string): string | undefined => {
    const known = listing.get(path);
    if (known !== undefined || folder === null || performance.now() - listedAtMs < LISTING_MS) return known;
    listing = list(folder);
    listedAtMs = performance.now();
    return listing.get(path);
  };

  return {
    has: (path) => find(path) !== undefined,
    serve: async (request, response, path) => {
      const frame = frameKind(path);
      if (frame !== null) return sendFrame(response, frame, request.method === "HEAD");
      const file = path === "/index.html" ? undefined : find(path);
      if (file !== undefined) {
        // The bundler puts a hash of the content into the names in `assets/`.
        const hashed = path.startsWith("/assets/");
        response.setHeader(
          "Cache-Control",
          hashed ? "private, max-age=31536000, immutable" : "private, no-cache",
        );
        return send(request, response, file, hashed && PACKS_WELL.test(path) ? packed : undefined);
      }
      if (path.startsWith("/assets/") || !(path === "/" || wantsPage(request))) {
        response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
        return;
      }
      const index = find("/index.html");
      if (index === undefined) return sendNotice(response, 503, { message: NOT_BUILT });
      response.setHeader("Content-Security-Policy", pagePolicy(request.headers.host ?? ""));
      return send(request, response, index);
    },
  };
}

/** `/assets/x.js` → absolute path, for all files below. */
function list(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const absolute = join(entry.parentPath, entry.name);
      files.set(absolute.slice(folder.length).split(sep).join("/"), absolute);
    }
  } catch {
    // No build: the notice says so.
  }
  return files;
}

function wantsPage(request: IncomingMessage): boolean {
  return (
    request.headers["sec-fetch-dest"] === "document" || (request.headers.accept ?? "").includes("text/html")
  );
}

/** @param packed where what was gzipped is kept; absent: the file goes out as it is. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  packed?: Map<string, Promise<Buffer>>,
): Promise<void> {
  const isPacked = packed !== undefined && takesGzip(request.headers["accept-encoding"] ?? "");
  const body = await (isPacked ? gzipped(file, packed) : readFile(file));
  if (packed !== undefined) response.setHeader("Vary", "Accept-Encoding");
  if (isPacked) response.setHeader("Content-Encoding", "gzip");
  response.writeHead(200, {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Content-Length": body.byteLength,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Who looks in from afar waits for the network. The files never change: each is packed once, off the main thread. */
function gzipped(file: string, packed: Map<string, Promise<Buffer>>): Promise<Buffer> {
  const known = packed.get(file);
  if (known !== undefined) return known;
  const made = readFile(file).then((body) => promisify(gzip)(body));
  packed.set(file, made);
  // A build in the same moment may have taken it away.
  made.catch(() => packed.delete(file));
  return made;
}

/** RFC 9110, 12.5.3: named, and not with a weight of nothing. */
function takesGzip(accepted: string): boolean {
  return accepted.split(",").some((one) => /^\s*gzip\s*(?:;\s*q=(?:1|0?\.\d*[1-9])[\d.]*\s*)?$/i.test(one));
}
