/**
 * Decides what may happen to a request before anything else sees it. Pure. The order matters: first where the
 * request was aimed (Host), then who made the browser send it (Origin, Sec-Fetch-Site), then who it is (token).
 */
import { type Access, permits } from "../../people/access.ts";
import { publishedSecret } from "../../publish/publication.ts";
import { bearerToken, type Credentials, cookieName, cookieValue } from "./credentials.ts";
import type { HostAllowList } from "./host-allow-list.ts";
import type { RequestFacts } from "./request-facts.ts";

export interface GuardPolicy {
  readonly hosts: HostAllowList;
  readonly credentials: Credentials;
  readonly port: number;
}

export type Verdict =
  | { readonly type: "allowed"; readonly access: Access; readonly via: "bearer" | "cookie" }
  /** The token came in the address: keep it in a cookie and show the address without it. */
  | { readonly type: "sign-in"; readonly setCookie: string; readonly location: string }
  /** A page of another site led here, so the browser holds the cookie back: let our own page ask again. */
  | { readonly type: "ask-again" }
  /** The address of a publication, which says itself who may read it. Access: who is signed in anyway. */
  | { readonly type: "published"; readonly access: Access | null }
  | {
      readonly type: "refused";
      readonly status: 401 | 403 | 415 | 421;
      readonly code: RefusalCode;
      readonly message: string;
      /** A person looks at it, not a program. */
      readonly asPage: boolean;
    };

export type RefusalCode = "wrong-host" | "cross-site" | "json-required" | "no-token" | "wrong-token";

const SAFE_METHODS = new Set(["GET", "HEAD"]);

export function guard(facts: RequestFacts, policy: GuardPolicy): Verdict {
  const isApi = isApiPath(facts.path);
  const isPage = !isApi && SAFE_METHODS.has(facts.method) && !facts.isUpgrade;
  const refuse = (status: 401 | 403 | 415 | 421, code: RefusalCode): Verdict => ({
    type: "refused",
    status,
    code,
    message: MESSAGES[code],
    asPage: isPage,
  });

  if (!policy.hosts.allowsHost(facts.host)) return refuse(421, "wrong-host");
  if (isCrossSite(facts, policy, isPage)) return refuse(403, "cross-site");

  if (isPage && publishedSecret(facts.path) !== null) {
    const known = cookieValue(facts.cookie, cookieName(policy.port));
    return { type: "published", access: known === undefined ? null : policy.credentials.bySession(known) };
  }

  const queryToken = facts.query.get("token");
  if (isPage && queryToken !== null) {
    if (!policy.credentials.byToken(queryToken)) return refuse(401, "wrong-token");
    return signIn(facts, policy, queryToken);
  }

  const bearer = bearerToken(facts.authorization) ?? jupyterToken(facts);
  const session = cookieValue(facts.cookie, cookieName(policy.port));
  const access =
    bearer === undefined
      ? session !== undefined && policy.credentials.bySession(session)
      : policy.credentials.byToken(bearer);
  if (!access) {
    if (isPage && session === undefined && isFromElsewhere(facts)) return { type: "ask-again" };
    return refuse(401, bearer === undefined && session === undefined ? "no-token" : "wrong-token");
  }
  // A browser names itself in `Origin` whenever it changes something or opens a WebSocket. A cookie without it was
  // sent by something else, and a program has the token.
  if (bearer === undefined && facts.origin === undefined && changesState(facts)) {
    return refuse(403, "cross-site");
  }
  // Forms of other sites can send text and form types, never JSON, and have no token. (Without a body there is nothing
  // to be misread; Jupyter's clients end and interrupt kernels so.)
  const isForm = facts.hasBody && !isJson(facts.contentType) && !isScripted(facts);
  if (bearer === undefined && changesState(facts) && !facts.isUpgrade && isForm) {
    return refuse(415, "json-required");
  }
  return { type: "allowed", access, via: bearer === undefined ? "cookie" : "bearer" };
}

/** What programs ask for; everything else is the page's. */
export function isApiPath(path: string): boolean {
  return path === "/api" || path.startsWith("/api/") || path.startsWith("/kernelspecs/") || isOtlpPath(path);
}

/** Where exporters of OpenTelemetry send; traces are refused. */
export function isOtlpPath(path: string): boolean {
  return /^\/v1\/(metrics|logs|traces)$/.test(path);
}

/**
 * Jupyter's clients put the token into a WebSocket's address, where a browser could not put a header, and may put it
 * into others. A browser may not: there it would stay in the address bar.
 */
function jupyterToken(facts: RequestFacts): string | undefined {
  const isTheirs = facts.isUpgrade
    ? /^\/api\/(kernels|collaboration)\//.test(facts.path)
    : isApiPath(facts.path) && facts.fetchSite === undefined;
  const token = isTheirs ? facts.query.get("token") : null;
  return token === null || token === "" ? undefined : token;
}

function changesState(facts: RequestFacts): boolean {
  return facts.isUpgrade || !SAFE_METHODS.has(facts.method);
}

function isCrossSite(facts: RequestFacts, policy: GuardPolicy, isPage: boolean): boolean {
  if (facts.origin !== undefined && !policy.hosts.isSameOrigin(facts.origin, facts.host)) return true;
  // Links from other sites may lead to a page; nothing of another site may ask for more.
  return !isPage && isFromElsewhere(facts);
}

function isFromElsewhere(facts: RequestFacts): boolean {
  return facts.fetchSite !== undefined && facts.fetchSite !== "same-origin" && facts.fetchSite !== "none";
}

/** By a page's own script: JupyterLab sends its JSON as plain text. */
function isScripted({ fetchMode }: RequestFacts): boolean {
  return fetchMode === "cors" || fetchMode === "same-origin";
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? "");
}

function signIn(facts: RequestFacts, policy: GuardPolicy, token: string): Verdict {
  const rest = new URLSearchParams(facts.query);
  rest.delete("token");
  const query = rest.size > 0 ? `?${rest}` : "";
  // More than one slash, or a backslash, at the start would name another host to a browser.
  const path = `/${facts.path.replace(/^[/\\]+/, "")}`;
  const value = ownerSession(facts, policy) ?? policy.credentials.sessionFor(token);
  return {
    type: "sign-in",
    setCookie: `${cookieName(policy.port)}=${value}; Path=/; HttpOnly; SameSite=Strict`,
    location: path + query,
  };
}

/** Its owner stays who they are in their own browser, also when they follow a link that they made for others. */
function ownerSession(facts: RequestFacts, policy: GuardPolicy): string | null {
  const session = cookieValue(facts.cookie, cookieName(policy.port));
  const access = session === undefined ? null : policy.credentials.bySession(session);
  if (session === undefined || access === null || access.scope !== undefined) return null;
  return permits(access.rights, "edit") && permits(access.rights, "execute") ? session : null;
}

const MESSAGES: Record<RefusalCode, string> = {
  "wrong-host":
    "This server answers to its own address only. Open it by the address that `loopbook open` printed.",
  "cross-site": "Another page asked for this. Only Loopbook's own page and programs with the token may.",
  "json-required": "Requests that change something must say `Content-Type: application/json`.",
  "no-token":
    "This address needs its token. Open the whole address that `loopbook open` printed, or run `loopbook open` again.",
  "wrong-token":
    "This token belongs to no server here: the server may have been started anew since, or a link that somebody gave you has expired or was taken back. Run `loopbook open` again and use the address that it prints, or ask for another link.",
};
