import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** Of a request, what security decides on; so the decisions are pure and are tested as a table. */
export interface RequestFacts {
  readonly method: string;
  /** Path without query, as sent (not decoded). */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers set and pages cannot. */
  readonly fetchSite: string | undefined;
  /** `Sec-Fetch-Mode`, likewise: a form navigates. */
  readonly fetchMode: string | undefined;
  readonly contentType: string | undefined;
  readonly hasBody: boolean;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly isUpgrade: boolean;
}

export function factsOf(request: IncomingMessage, isUpgrade: boolean): RequestFacts {
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    host: request.headers.host,
    origin: request.headers.origin,
    fetchSite: single(request.headers, "sec-fetch-site"),
    fetchMode: single(request.headers, "sec-fetch-mode"),
    contentType: request.headers["content-type"],
    hasBody:
      request.headers["transfer-encoding"] !== undefined ||
      !/^0*$/.test(request.headers["content-length"] ?? ""),
    authorization: request.headers.authorization,
    cookie: request.headers.cookie,
    isUpgrade,
  };
}

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
