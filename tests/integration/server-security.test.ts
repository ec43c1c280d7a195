/** A stranger's page, another user, a rebound name: none gets in. Over real sockets. */
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { aServer, type TestServer, VIEW_TOKEN } from "./server/test-server.ts";

let it: TestServer;
let cookie: string;

beforeEach(async () => {
  it = await aServer();
  const signedIn = await ask("GET", `/?token=${it.server.token}`);
  cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** By `node:http`, because `fetch` does not let anybody set Host, Origin or Cookie. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const request = httpRequest({
    host: "127.0.0.1",
    port: it.server.port,
    method,
    path,
    headers,
    agent: false,
  });
  // A refused body is not read to its end.
  request.on("error", () => {});
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}

async function socketStatus(path: string, headers: Record<string, string>): Promise<number | "open"> {
  const socket = new WebSocket(`${it.server.url.replace("http", "ws")}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("unexpected-response", (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", () => {});
  });
}

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${it.server.token}` });
const home = (): string => it.server.url;
const json = { "content-type": "application/json" };

describe("signing in", () => {
  test("keeps the token out of address, cookie, Referer and log", async () => {
    const answer = await ask("GET", `/open/a/b.ipynb?token=${it.server.token}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/open/a/b.ipynb");
    expect(answer.headers["set-cookie"]?.[0]).toMatch(
      new RegExp(`^loopbook-${it.server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(JSON.stringify(answer)).not.toContain(it.server.token);
    expect(it.log.join("\n")).not.toContain(it.server.token);

    const page = await ask("GET", "/open/a/b.ipynb", { cookie, accept: "text/html" });
    expect([page.status, page.body]).toEqual([200, "<!doctype html><title>the page</title>"]);
  });

  test("a wrong token gets a page that says what to do", async () => {
    const answer = await ask("GET", "/?token=wrong", { accept: "text/html" });
    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.body).toContain("<code>loopbook open</code>");
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("a link on another site leads in, though the browser holds the cookie back at first", async () => {
    const answer = await ask("GET", "/", { "sec-fetch-site": "cross-site", accept: "text/html" });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh"');
    expect(answer.body).not.toContain("the page");
  });

  test("two servers on one host do not sign each other out", async () => {
    const first = it;
    it = await aServer();
    const answer = await ask("GET", `/?token=${it.server.token}`, { cookie });
    const both = `${cookie}; ${String(answer.headers["set-cookie"]).split(";")[0]}`;
    expect((await ask("GET", "/api/status", { cookie: both })).status).toBe(200);
    it = first;
    expect((await ask("GET", "/api/status", { cookie: both })).status).toBe(200);
  });
});

describe("the API", () => {
  test("is there for the page and for programs, and for nobody else", async () => {
    expect((await ask("GET", "/api/status", { cookie })).status).toBe(200);
    expect((await ask("GET", "/api/status", bearer())).status).toBe(200);
    const nobody = await ask("GET", "/api/status");
    expect(nobody.status).toBe(401);
    expect(JSON.parse(nobody.body)).toEqual({
      code: "no-token",
      message: expect.stringContaining("loopbook open"),
    });
  });

  test.each<[string, () => Record<string, string>, number]>([
    ["the page", () => ({ cookie, origin: home(), ...json }), 404],
    ["a program", () => ({ ...bearer(), ...json }), 404],
    ["another site", () => ({ cookie, origin: "https://evil.example", ...json }), 403],
    ["a page on another port", () => ({ cookie, origin: "http://127.0.0.1:1", ...json }), 403],
    ["a sandboxed frame", () => ({ cookie, origin: "null", ...json }), 403],
    ["something with a cookie that hides its origin", () => ({ cookie, ...json }), 403],
    [
      "a browser that says cross-site",
      () => ({ cookie, origin: home(), "sec-fetch-site": "cross-site", ...json }),
      403,
    ],
    ["a form", () => ({ cookie, origin: home(), "content-type": "text/plain" }), 415],
    ["a rebound name", () => ({ cookie, origin: "http://evil.example", host: "evil.example", ...json }), 421],
  ])("is told apart for %s", async (_who, headers, status) => {
    const answer = await ask("POST", "/api/notebooks/nb_none/save", headers(), "{}");
    expect(answer.status).toBe(status);
  });

  test.each(["//api/status", "/%61pi/status", "/api%2fstatus", "/./api/status", "/x/../api/status"])(
    "is not reached by the back door %s",
    async (path) => {
      const answer = await ask("GET", path, { cookie, "sec-fetch-site": "cross-site" });
      expect(answer.body).not.toContain("1.2.3");
    },
  );

  test("refuses what is too big, and what is no JSON, without a stack", async () => {
    const headers = { ...bearer(), ...json };
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const big = await ask(
      "POST",
      `/api/notebooks/${id}/complete`,
      headers,
      `{"code":"${"x".repeat(5_000_000)}"}`,
    );
    expect([big.status, JSON.parse(big.body).code]).toEqual([413, "too-large"]);
    const broken = await ask("POST", `/api/notebooks/${id}/complete`, headers, '{"code":');
    expect([broken.status, JSON.parse(broken.body).code]).toEqual([400, "bad-request"]);
    const poisoned = await ask(
      "POST",
      `/api/notebooks/${id}/complete`,
      headers,
      '{"__proto__":{"code":"x"}}',
    );
    expect(poisoned.status).toBe(400);
    const wrong = await ask("POST", `/api/notebooks/${id}/complete`, headers, '{"code":5}');
    expect(JSON.parse(wrong.body).message).toMatch(/code: .*; cursorPosition: /);
    expect(wrong.body).not.toMatch(/\bat .*\.ts/);
  });

  test("tells a client nothing of a bug but an id, which the log has", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    const headers = { ...bearer(), ...json };
    const answer = await ask(
      "POST",
      `/api/notebooks/${id}/kernel`,
      headers,
      '{"action":"start","kernelName":"bug"}',
    );
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret detail");
    const errorId = /err_\w+/.exec(answer.body)?.[0] ?? "none";
    expect(it.log.filter((line) => line.includes(errorId) && line.includes("secret detail"))).toHaveLength(1);
  });

  test("a token to look on with does only that", async () => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    expect((await it.viewer.notebook(id)).id).toBe(id);
    const refused = { code: "no-right" };
    await expect(it.viewer.save(id)).rejects.toMatchObject(refused);
    await expect(it.viewer.kernel(id, { action: "interrupt" })).rejects.toMatchObject(refused);
    await expect(it.viewer.execute(id, { cellId: "cell-0", sourceHash: "" })).rejects.toMatchObject(refused);
    await expect(it.viewer.command("run_1", { type: "stop" })).rejects.toMatchObject(refused);
    await expect(it.viewer.openNotebook({ path: "new.ipynb", create: true })).rejects.toMatchObject(refused);
    await expect(it.viewer.openNotebook({ path: "a.ipynb", kernelName: "python3" })).rejects.toMatchObject(
      refused,
    );
    await expect(it.viewer.openNotebook({ path: "/etc/hosts" })).rejects.toMatchObject({
      code: "outside-folder",
    });
  });
});

describe("a WebSocket", () => {
  test.each<[string, () => Record<string, string>, number | "open"]>([
    ["of the page", () => ({ cookie, origin: home() }), "open"],
    ["of a program", () => bearer(), "open"],
    ["of a guest", () => ({ authorization: `Bearer ${VIEW_TOKEN}` }), "open"],
    ["of nobody", () => ({}), 401],
    ["with a wrong token", () => ({ authorization: "Bearer wrong" }), 401],
    ["of another site", () => ({ cookie, origin: "https://evil.example" }), 403],
    ["of a page on another port", () => ({ cookie, origin: "http://localhost:1" }), 403],
    ["with a cookie and no origin", () => ({ cookie }), 403],
    ["under a rebound name", () => ({ cookie, host: "evil.example", origin: "http://evil.example" }), 421],
  ])("%s is let in or not", async (_who, headers, expected) => {
    const { id } = await it.api.openNotebook({ path: "a.ipynb" });
    expect(await socketStatus(`/api/notebooks/${id}/live`, headers())).toBe(expected);
  });
});

describe("the page", () => {
  test("comes with a strict policy, and is never kept", async () => {
    const { status, headers } = await ask("GET", "/", { cookie });
    expect(status).toBe(200);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${it.server.port}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test("files with a hash in their name are kept for good, others asked for again", async () => {
    const script = await ask("GET", "/assets/main-abc123.js", { cookie });
    expect([script.status, script.body]).toEqual([200, "console.log(1)"]);
    expect(script.headers["cache-control"]).toBe("private, max-age=31536000, immutable");
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect((await ask("GET", "/favicon.svg", { cookie })).headers["cache-control"]).toBe("private, no-cache");
    expect((await ask("GET", "/assets/gone.js", { cookie })).status).toBe(404);
    expect((await ask("GET", "/favicon.ico", { cookie })).status).toBe(404);
  });

  test.each(["/../state", "/assets/../../state/processes", "/assets/%2e%2e/%2e%2e/project", "/..\\state"])(
    "no path leads out of its folder: %s",
    async (path) => {
      const { status, body } = await ask("GET", path, { cookie });
      expect([status, body]).toEqual([404, "not found\n"]);
    },
  );

  test("says how to build it when it is not built", async () => {
    it = await aServer({ pageFolder: "/nonexistent" });
    const answer = await ask("GET", "/", { authorization: `Bearer ${it.server.token}` });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain("npm run setup");
  });
});
