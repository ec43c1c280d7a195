/**
 * The document of an output's frame: `/frame/<kind>`. It has an origin of its own (`sandbox`, in the header too, for
 * whoever opens it elsewhere), reaches no address, and runs what the page hands to it and, by its kind:
 *
 * - `data`: nothing else. Markup in a chart's data has no way to run.
 * - `charts`: nothing else either, but code may make code: Plotly's 3D and WebGL charts do.
 * - `scripts`: the scripts of an output that is trusted.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

const KINDS = ["data", "charts", "scripts"] as const;
export type FrameKind = (typeof KINDS)[number];

export function frameKind(path: string): FrameKind | null {
  return KINDS.find((kind) => path === `/frame/${kind}`) ?? null;
}

/** What a frame of a kind may do. @param nonce of the one script that is in its document. */
export function framePolicy(kind: FrameKind, nonce: string): string {
  const scripts = {
    data: `'nonce-${nonce}'`,
    charts: `'nonce-${nonce}' 'unsafe-eval'`,
    scripts: "'unsafe-inline' 'unsafe-eval' data: blob:",
  };
  return [
    "default-src 'none'",
    `script-src ${scripts[kind]}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "media-src data: blob:",
    "font-src data:",
    `worker-src ${kind === "data" ? "'none'" : "blob:"}`,
    "connect-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox allow-scripts",
  ].join("; ");
}

export function sendFrame(response: ServerResponse, kind: FrameKind, isHead: boolean): void {
  const nonce = randomBytes(18).toString("base64");
  const body = documentOf(nonce);
  response.setHeader("Content-Security-Policy", framePolicy(kind, nonce));
  // Older than `frame-ancestors`, and would win where both are known.
  response.removeHeader("X-Frame-Options");
  response.setHeader("X-DNS-Prefetch-Control", "off");
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(isHead ? undefined : body);
}

/** Hears the page once (`web/outputs/frame/protocol.ts`), runs the code that it hands over, and gives it the channel. */
const LOADER = `(() => {
  const { nonce } = document.currentScript;
  addEventListener("message", function begin({ source, data, ports }) {
    if (source !== parent || !data || data.loopbook !== "begin" || typeof data.code !== "string") return;
    removeEventListener("message", begin);
    const script = document.createElement("script");
    script.nonce = nonce;
    script.textContent = "(() => {" + data.code + "\\nglobalThis.loopbookFrame = loopbookFrame; })()";
    document.head.append(script);
    script.remove();
    const { start } = globalThis.loopbookFrame;
    delete globalThis.loopbookFrame;
    start(ports[0]);
  });
  parent.postMessage({ loopbook: "frame" }, "*");
})();`;

const STYLE = `:root { font: 14px/1.5 var(--sans, system-ui, sans-serif); color: var(--ink); background: transparent; }
body { margin: 0; }
#output { display: flow-root; overflow-x: auto; }
#output .chart svg { display: block; }
a { color: var(--person); }`;

function documentOf(nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Output</title><style>${STYLE}</style></head><body><script nonce="${nonce}">${LOADER}</script></body></html>`;
}
