/** Passes requests and WebSockets on to the stock Jupyter server behind this one. What comes back is passed as it is. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** Where the server behind is reached: nobody but this user can. */
export interface JupyterBehind {
  readonly socketPath: string;
}

/** Of this connection, not of what travels on it. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const OWN_COOKIE = /^\s*loopbook-\d+=/;

export class JupyterProxy {
  private readonly behind: JupyterBehind;
  private readonly upgraded = new Set<Duplex>();

  constructor(behind: JupyterBehind) {
    this.behind = behind;
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    const { method, url } = request;
    const passed = httpRequest(
      { ...this.behind, method, path: url, headers: passedHeaders(request), setHost: false },
      (answer) => {
        // Its pages have rules of their own for what they may load and run.
        for (const name of response.getHeaderNames()) response.removeHeader(name);
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer.headers));
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    passed.on("error", () => {
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(502, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ code: "jupyter-gone", message: GONE }));
      }
    });
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  }

  /** Written through as it came: the two ends shake hands themselves. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const far = connect(this.behind.socketPath);
    const end = (): void => {
      far.destroy();
      socket.destroy();
      this.upgraded.delete(socket);
    };
    this.upgraded.add(socket);
    for (const side of [far, socket]) {
      side.on("error", end);
      side.on("close", end);
    }
    far.once("connect", () => {
      const lines = Object.entries({
        ...passedHeaders(request),
        connection: "Upgrade",
        upgrade: "websocket",
      }).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`));
      far.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      if (head.length > 0) far.write(head);
      far.pipe(socket).pipe(far);
    });
  }

  close(): void {
    for (const socket of this.upgraded) socket.destroy();
  }
}

const GONE = "JupyterLab's server ended. End `loopbook jupyter` and start it again.";

/** Our own secret is none of its business. */
function passedHeaders(request: IncomingMessage): Record<string, string | string[] | undefined> {
  const { authorization: _ours, cookie, ...headers } = withoutHops(request.headers);
  const others = String(cookie ?? "")
    .split(";")
    .filter((part) => part.trim() !== "" && !OWN_COOKIE.test(part))
    .join(";");
  return { ...headers, ...(others === "" ? {} : { cookie: others }) };
}

function withoutHops(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !HOP_BY_HOP.has(name) && value !== undefined),
  );
}
