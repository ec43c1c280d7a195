import { describe, expect, test } from "vitest";
import { type Access, OWNER_RIGHTS, VIEWER_RIGHTS } from "../../people/access.ts";
import { credentials } from "./credentials.ts";
import { guard, type Verdict } from "./guard.ts";
import { hostAllowList } from "./host-allow-list.ts";
import type { RequestFacts } from "./request-facts.ts";

const TOKEN = "owner-token";
const owner: Access = {
  party: { kind: "person", who: "local", using: "browser", displayName: "Ana" },
  rights: OWNER_RIGHTS,
};
const viewer: Access = { ...owner, rights: VIEWER_RIGHTS };
const known = credentials([
  { token: TOKEN, access: owner },
  { token: "viewer-token", access: viewer },
]);
const policy = { hosts: hostAllowList(7717, ["lab.example.org"]), credentials: known, port: 7717 };
const cookie = `theme=dark; loopbook-7717=${known.sessionFor(TOKEN)}`;

function aRequest(facts: Partial<RequestFacts> & { url?: string }): RequestFacts {
  const [path = "/", query = ""] = (facts.url ?? "/api/status").split("?");
  return {
    method: "GET",
    path,
    query: new URLSearchParams(query),
    host: "127.0.0.1:7717",
    origin: undefined,
    fetchSite: undefined,
    fetchMode: undefined,
    contentType: undefined,
    hasBody: true,
    authorization: undefined,
    cookie: undefined,
    isUpgrade: false,
    ...facts,
  };
}

function brief(verdict: Verdict): string {
  if (verdict.type === "refused") return `${verdict.status} ${verdict.code}`;
  if (verdict.type === "allowed") return `allowed ${verdict.via}`;
  return verdict.type;
}

const bearer = { authorization: `Bearer ${TOKEN}` };
const post = { method: "POST", contentType: "application/json" };
const socket = { isUpgrade: true, url: "/api/notebooks/nb_1/live" };
const home = "http://127.0.0.1:7717";

describe("who is let in", () => {
  test.each<[string, Parameters<typeof aRequest>[0], string]>([
    ["a program with the token", bearer, "allowed bearer"],
    ["a program that changes something", { ...bearer, ...post }, "allowed bearer"],
    ["a program's WebSocket", { ...bearer, ...socket }, "allowed bearer"],
    ["the page", { cookie, fetchSite: "same-origin" }, "allowed cookie"],
    ["the page changing something", { cookie, ...post, origin: home }, "allowed cookie"],
    ["the page's WebSocket", { cookie, ...socket, origin: home }, "allowed cookie"],
    ["the page by the name localhost", { cookie, host: "localhost:7717" }, "allowed cookie"],
    ["the page by IPv6", { cookie, host: "[::1]:7717" }, "allowed cookie"],
    ["the page by an allowed name", { cookie, host: "lab.example.org" }, "allowed cookie"],
    [
      "the page by an allowed name in other letters",
      { cookie, host: "LAB.example.org:8443" },
      "allowed cookie",
    ],
    ["nobody without a token", {}, "401 no-token"],
    ["no wrong token", { authorization: "Bearer wrong" }, "401 wrong-token"],
    ["no token of another scheme", { authorization: `Basic ${TOKEN}` }, "401 no-token"],
    ["no wrong cookie", { cookie: "loopbook-7717=wrong" }, "401 wrong-token"],
    ["no token in the place of the cookie", { cookie: `loopbook-7717=${TOKEN}` }, "401 wrong-token"],
    ["no cookie of another port", { cookie: cookie.replace("7717", "7718") }, "401 no-token"],
    ["a program with the token in an API address", { url: `/api/status?token=${TOKEN}` }, "allowed bearer"],
    ["no program with a wrong one there", { url: "/api/status?token=wrong", cookie }, "401 wrong-token"],
    [
      "no token in an API address that a browser shows",
      { url: `/api/status?token=${TOKEN}`, fetchSite: "none" },
      "401 no-token",
    ],
    [
      "no token in an API address, from another site",
      { url: `/api/status?token=${TOKEN}`, origin: "https://evil.example" },
      "403 cross-site",
    ],
    ["no logo of a kernel without a token", { url: "/kernelspecs/python3/logo-64x64.png" }, "401 no-token"],
    ["no token in a WebSocket's address", { ...socket, url: `/x?token=${TOKEN}` }, "401 no-token"],
    ["a Jupyter client", { authorization: `token ${TOKEN}` }, "allowed bearer"],
    [
      "a Jupyter client's WebSocket with the token in its address",
      { isUpgrade: true, url: `/api/kernels/k1/channels?token=${TOKEN}` },
      "allowed bearer",
    ],
    [
      "no Jupyter client's WebSocket with a wrong token, cookie or not",
      { cookie, isUpgrade: true, origin: home, url: "/api/collaboration/room/r?token=wrong" },
      "401 wrong-token",
    ],
    [
      "no stolen token in another site's WebSocket",
      { isUpgrade: true, origin: "https://evil.example", url: `/api/kernels/k1/channels?token=${TOKEN}` },
      "403 cross-site",
    ],
    ["a change without a body", { ...bearer, method: "DELETE", hasBody: false }, "allowed bearer"],
    [
      "no change without a body from another site",
      { cookie, method: "POST", hasBody: false },
      "403 cross-site",
    ],
    ["no rebound name", { ...bearer, host: "evil.example:7717" }, "421 wrong-host"],
    ["no rebound name with the cookie", { cookie, host: "evil.example" }, "421 wrong-host"],
    [
      "no rebound WebSocket",
      { cookie, ...socket, host: "evil.example:7717", origin: home },
      "421 wrong-host",
    ],
    ["no other port of this machine", { ...bearer, host: "127.0.0.1:1" }, "421 wrong-host"],
    ["nothing without a Host", { ...bearer, host: undefined }, "421 wrong-host"],
    ["no look-alike host", { ...bearer, host: "127.0.0.1:7717.evil.example" }, "421 wrong-host"],
    ["no other site's WebSocket", { cookie, ...socket, origin: "https://evil.example" }, "403 cross-site"],
    [
      "no WebSocket of another port's page",
      { cookie, ...socket, origin: "http://127.0.0.1:1" },
      "403 cross-site",
    ],
    ["no WebSocket with a cookie and without origin", { cookie, ...socket }, "403 cross-site"],
    ["no WebSocket of a sandboxed frame", { cookie, ...socket, origin: "null" }, "403 cross-site"],
    ["no other site's request", { cookie, ...post, origin: "https://evil.example" }, "403 cross-site"],
    ["no page on another port", { cookie, ...post, origin: "http://localhost:3000" }, "403 cross-site"],
    ["no request that hides its origin", { cookie, ...post }, "403 cross-site"],
    ["no script tag of another site", { cookie, fetchSite: "cross-site" }, "403 cross-site"],
    ["no image tag of another port", { cookie, fetchSite: "same-site" }, "403 cross-site"],
    [
      "no stolen token used by a site",
      { ...bearer, ...post, origin: "https://evil.example" },
      "403 cross-site",
    ],
    ["no form", { cookie, method: "POST", origin: home, contentType: "text/plain" }, "415 json-required"],
    [
      "no form with a trick",
      { cookie, method: "POST", origin: home, contentType: "text/plain;application/json" },
      "415 json-required",
    ],
    [
      "a script of the page with JSON as plain text",
      { cookie, method: "PUT", origin: home, contentType: "text/plain;charset=UTF-8", fetchMode: "cors" },
      "allowed cookie",
    ],
    [
      "no form that navigates",
      { cookie, method: "POST", origin: home, contentType: "text/plain", fetchMode: "navigate" },
      "415 json-required",
    ],
    ["no change without a type", { cookie, method: "PUT", origin: home }, "415 json-required"],
    ["a program's change without a type", { ...bearer, method: "PUT" }, "allowed bearer"],
    [
      "a page that leads here from another site asks again",
      { url: "/open/a.ipynb", fetchSite: "cross-site" },
      "ask-again",
    ],
    ["a page that asked again and has no cookie", { url: "/", fetchSite: "same-origin" }, "401 no-token"],
    ["an address with the token", { url: `/?token=${TOKEN}` }, "sign-in"],
    [
      "an address with the token, from another site",
      { url: `/?token=${TOKEN}`, fetchSite: "cross-site" },
      "sign-in",
    ],
    ["an address with a wrong token", { url: "/?token=wrong", cookie }, "401 wrong-token"],
    ["no sign-in under a rebound name", { url: `/?token=${TOKEN}`, host: "evil.example" }, "421 wrong-host"],
    ["no sign-in by POST", { url: `/?token=${TOKEN}`, ...post }, "401 no-token"],
  ])("%s", (_what, facts, expected) => {
    expect(brief(guard(aRequest(facts), policy))).toBe(expected);
  });

  test("each token has the rights it was given", () => {
    const verdict = guard(aRequest({ authorization: "Bearer viewer-token" }), policy);
    expect(verdict).toEqual({ type: "allowed", access: viewer, via: "bearer" });
  });
});

describe("signing in", () => {
  test("keeps a derived value in a cookie and takes the token out of the address", () => {
    const verdict = guard(aRequest({ url: `/open/a%20b.ipynb?token=${TOKEN}&cell=x` }), policy);
    expect(verdict).toEqual({
      type: "sign-in",
      setCookie: `loopbook-7717=${known.sessionFor(TOKEN)}; Path=/; HttpOnly; SameSite=Strict`,
      location: "/open/a%20b.ipynb?cell=x",
    });
    expect(known.sessionFor(TOKEN)).not.toContain(TOKEN);
  });

  test.each(["//evil.example/", "/\\evil.example", "\\\\evil.example", "///evil.example"])(
    "never leads elsewhere (%s)",
    (path) => {
      const verdict = guard(aRequest({ path, query: new URLSearchParams({ token: TOKEN }) }), policy);
      expect(verdict).toMatchObject({ type: "sign-in" });
      const location = verdict.type === "sign-in" ? verdict.location : "";
      expect(new URL(location, home).origin).toBe(home);
    },
  );
});
