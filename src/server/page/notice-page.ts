/** Small pages of the server's own, for when the real page cannot be shown. No script, nothing from outside. */
import type { ServerResponse } from "node:http";

export type Notice = { readonly message: string } | { readonly askAgain: true };

export function sendNotice(response: ServerResponse, status: number, notice: Notice): void {
  const body = noticePage(notice);
  response.setHeader(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  response
    .writeHead(status, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Length": Buffer.byteLength(body),
    })
    .end(body);
}

export function noticePage(notice: Notice): string {
  // Asking again from a page of ours makes the browser send the cookie that it held back.
  const again = "askAgain" in notice ? '<meta http-equiv="refresh" content="0">' : "";
  const text = "message" in notice ? escapeHtml(notice.message) : "One moment …";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${again}<title>Loopbook</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem }
h1 { font: 600 1.25rem Georgia, serif }
code { font-size: .95em }
</style>
<main>
<h1>Loopbook</h1>
<p>${text.replace(/`([^`]+)`/g, "<code>$1</code>")}</p>
</main>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
