/** Sessions, kernels, kernelspecs and the server itself, as Jupyter clients ask for them by HTTP. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { RunId } from "../../src/util/ids.ts";
import { aJupyterBench, Channels, VIEW_TOKEN } from "./jupyter-support.ts";
import { PYTHON_PREFIX } from "./kernel-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { ana, codeCell, notebookOf } from "./session-support.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const python = { name: "python3" };
const forNotebook = (path: string) => ({ path, type: "notebook", name: path, kernel: python });

describe("the session of a notebook", () => {
  test("is the one that is open in Loopbook, with the one kernel that everybody shares", async () => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
    const { id } = await it.api.openNotebook({ path: "nb.ipynb" });
    expect((await it.ask("GET", "/api/sessions")).body).toEqual([]);
    await it.api.kernel(id, { action: "start" });

    const [session] = (await it.ask("GET", "/api/sessions")).body as unknown as {
      id: string;
      kernel: { id: string };
    }[];
    expect(session).toEqual({
      id: expect.stringMatching(UUID),
      path: "nb.ipynb",
      name: "nb.ipynb",
      type: "notebook",
      notebook: { path: "nb.ipynb", name: "nb.ipynb" },
      kernel: {
        id: expect.stringMatching(UUID),
        name: "python3",
        last_activity: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        // It may be asked something by itself just now.
        execution_state: expect.stringMatching(/^(idle|busy)$/),
        connections: 0,
      },
    });
    const again = await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"));
    expect(again).toMatchObject({ status: 201, body: { ...session, kernel: { id: session?.kernel.id } } });
    expect(again.headers.get("location")).toBe(`/api/sessions/${session?.id}`);
    const one = (await it.ask("GET", `/api/sessions/${session?.id}`)).body;
    expect(one).toMatchObject({ ...session, kernel: { id: session?.kernel.id } });
    expect(it.host.notebooks()).toHaveLength(1);
  });

  test("opens a notebook that is not open, in its folder, with the kernel that is asked for", async () => {
    const it = await aJupyterBench();
    mkdirSync(join(it.folder, "sub dir"));
    it.write("sub dir/é.ipynb", notebookOf([codeCell("a", "1")]));
    const { body } = await it.ask("POST", "/api/sessions", {
      path: "RTC:sub dir/é.ipynb",
      type: "notebook",
      kernel: { name: "bash" },
    });
    expect(body).toMatchObject({ path: "sub dir/é.ipynb", name: "é.ipynb", kernel: { name: "bash" } });
    const [open] = it.host.notebooks();
    expect(open?.kernelView()).toMatchObject({ specName: "bash", state: "idle" });
    const client = await Channels.open(it, (body.kernel as { id: string }).id);
    const id = client.execute("pwd");
    await client.done(id);
    expect(client.printed(id).trim()).toBe(join(it.folder, "sub dir"));
  });

  test("ends its kernel and not the notebook, and comes back with a new one", async () => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
    const first = (await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"))).body;
    expect((await it.ask("DELETE", `/api/sessions/${first.id}`)).status).toBe(204);
    expect((await it.ask("GET", "/api/sessions")).body).toEqual([]);
    expect((await it.ask("GET", "/api/kernels")).body).toEqual([]);
    expect(it.host.notebooks()).toHaveLength(1);
    const next = (await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"))).body;
    expect(next.id).toBe(first.id);
    expect((next.kernel as { id: string }).id).not.toBe((first.kernel as { id: string }).id);
  });

  test("changes its kernel by name, and takes over no other one", async () => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
    const { id } = (await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"))).body;
    const other = (await it.ask("POST", "/api/kernels", python)).body;
    expect(await it.ask("PATCH", `/api/sessions/${id}`, { kernel: { id: other.id } })).toMatchObject({
      status: 409,
      body: { code: "notebook-open", message: expect.stringContaining("a kernel of its own") },
    });
    const changed = await it.ask("PATCH", `/api/sessions/${id}`, { kernel: { name: "bash" } });
    expect(changed).toMatchObject({ status: 200, body: { kernel: { name: "bash" } } });
    expect(it.host.notebooks()[0]?.live.metadata().kernelspec).toMatchObject({ name: "bash" });
    expect(await it.ask("PATCH", `/api/sessions/${id}`, { path: "nb.ipynb", name: "x" })).toMatchObject({
      status: 200,
    });
    expect(await it.ask("PATCH", `/api/sessions/${id}`, { path: "other.ipynb" })).toMatchObject({
      status: 409,
    });
  });

  test("keeps its kernel while a run goes on in it", async () => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "input()")]));
    const run = await it.host.startRun({
      runId: RunId.create(),
      input: { path: join(it.folder, "nb.ipynb") },
      output: { type: "in-place" },
      options: {},
      by: ana,
    });
    await waitFor("its kernel", () => run.session.kernel() !== null, 30_000);
    const [session] = (await it.ask("GET", "/api/sessions")).body as unknown as {
      id: string;
      kernel: { id: string };
    }[];
    const refused = { status: 409, body: { code: "run-goes-on" } };
    expect(await it.ask("DELETE", `/api/sessions/${session?.id}`)).toMatchObject(refused);
    expect(await it.ask("DELETE", `/api/kernels/${session?.kernel.id}`)).toMatchObject(refused);
    expect(await it.ask("POST", `/api/kernels/${session?.kernel.id}/restart`)).toMatchObject(refused);
    expect(await it.ask("PATCH", `/api/sessions/${session?.id}`, { kernel: { name: "bash" } })).toMatchObject(
      refused,
    );
    await run.command({ type: "stop", immediate: true }, ana);
    await run.ended;
    expect((await it.ask("DELETE", `/api/sessions/${session?.id}`)).status).toBe(204);
  });
});

describe("other sessions", () => {
  test("have a kernel of their own, whatever their path is, and end with it", async () => {
    const it = await aJupyterBench();
    const made = await it.ask("POST", "/api/sessions", forNotebook("nb-jvsc-1234.ipynb"));
    expect(made).toMatchObject({ status: 201, body: { path: "nb-jvsc-1234.ipynb", type: "notebook" } });
    const { id, kernel } = made.body as unknown as { id: string; kernel: { id: string } };
    expect(existsSync(join(it.folder, "nb-jvsc-1234.ipynb"))).toBe(false);
    const renamed = await it.ask("PATCH", `/api/sessions/${id}`, { path: "b", name: "b", type: "console" });
    expect(renamed.body).toMatchObject({
      id,
      path: "b",
      name: "b",
      type: "console",
      kernel: { id: kernel.id },
    });
    const changed = await it.ask("PATCH", `/api/sessions/${id}`, { kernel: { name: "bash" } });
    expect(changed.body).toMatchObject({ id, kernel: { name: "bash" } });
    expect((await it.ask("GET", `/api/kernels/${kernel.id}`)).status).toBe(404);
    expect((await it.ask("DELETE", `/api/sessions/${id}`)).status).toBe(204);
    expect((await it.ask("GET", "/api/kernels")).body).toEqual([]);
    expect(await it.ask("GET", `/api/sessions/${id}`)).toMatchObject({
      status: 404,
      body: { code: "no-such-session" },
    });
  });

  test("may look at a notebook's kernel, and leave it as it is", async () => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
    const notebook = (await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"))).body;
    const { id } = notebook.kernel as { id: string };
    const console = { path: "console-1", type: "console", kernel: { id } };
    const made = await it.ask("POST", "/api/sessions", console);
    expect(made).toMatchObject({ status: 201, body: { path: "console-1", kernel: { id } } });
    expect((await it.ask("GET", "/api/sessions")).body).toHaveLength(2);
    expect((await it.ask("DELETE", `/api/sessions/${made.body.id}`)).status).toBe(204);
    expect((await it.ask("GET", `/api/kernels/${id}`)).status).toBe(200);
    await it.ask("POST", "/api/sessions", console);
    await it.ask("DELETE", `/api/sessions/${notebook.id}`);
    expect((await it.ask("GET", "/api/sessions")).body).toEqual([]);
  });

  test("end with the server", async () => {
    const it = await aJupyterBench();
    const { kernel } = (await it.ask("POST", "/api/sessions", { path: "c", type: "console" })).body;
    const client = await Channels.open(it, (kernel as { id: string }).id);
    const id = client.execute("import os; print(os.getpid())");
    await client.done(id);
    await it.server.close();
    await waitFor("the connection's end", () => client.closeCode !== null);
    expect(() => process.kill(Number(client.printed(id)), 0)).toThrow();
  });
});

describe("kernels", () => {
  test("are started, listed, interrupted, restarted and ended", async () => {
    const it = await aJupyterBench();
    mkdirSync(join(it.folder, "data"));
    const made = await it.ask("POST", "/api/kernels", { name: "python3", path: "data" });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "python3", connections: 0 },
    });
    const { id } = made.body;
    expect(id).toMatch(UUID);
    expect(made.headers.get("location")).toBe(`/api/kernels/${id}`);
    expect((await it.ask("GET", "/api/kernels")).body).toMatchObject([
      { id, name: "python3", connections: 0 },
    ]);

    const client = await Channels.open(it, id);
    const here = client.execute("import os; print(os.getcwd()); x = 1");
    await client.done(here);
    expect(client.printed(here).trim()).toBe(join(it.folder, "data"));
    const busy = client.execute("import time; time.sleep(60)");
    await waitFor("it runs", () => client.states(busy).includes("busy"));
    expect((await it.ask("GET", `/api/kernels/${id}`)).body).toMatchObject({
      execution_state: "busy",
      connections: 1,
    });
    // As many programs ask: without a body, and without a type.
    expect((await it.ask("POST", `/api/kernels/${id}/interrupt`)).status).toBe(204);
    expect((await client.done(busy)).content).toMatchObject({ ename: "KeyboardInterrupt" });
    expect(await it.ask("POST", `/api/kernels/${id}/restart`)).toMatchObject({ status: 200, body: { id } });
    expect((await client.done(client.execute("x"))).content).toMatchObject({ ename: "NameError" });
    // "restarting" would tell clients that the kernel had died.
    const states = client.heard.map(({ content }) => content.execution_state);
    expect([states.includes("starting"), states.includes("restarting")]).toEqual([true, false]);
    expect((await it.ask("DELETE", `/api/kernels/${id}`)).status).toBe(204);
    expect(await it.ask("GET", `/api/kernels/${id}`)).toMatchObject({ status: 404 });
  });

  test("that are not there, or cannot start, are told with what there is", async () => {
    const it = await aJupyterBench();
    expect(await it.ask("POST", "/api/kernels", { name: "pyton3" })).toMatchObject({
      status: 404,
      body: { code: "no-such-kernel", message: expect.stringContaining("python3") },
    });
    for (const [method, path] of [
      ["DELETE", "/api/kernels/x"],
      ["POST", "/api/kernels/x/interrupt"],
      ["DELETE", "/api/sessions/x"],
    ] as const) {
      expect((await it.ask(method, path)).status).toBe(404);
    }
    expect((await it.ask("POST", "/api/kernels", { name: "python3", path: "../.." })).status).toBe(403);
    expect((await it.ask("POST", "/api/sessions", { type: "console" })).status).toBe(400);
  });
});

test("kernelspecs are told in Jupyter's words, with their logos and without their environment", async () => {
  const it = await aJupyterBench();
  const { body } = await it.ask("GET", "/api/kernelspecs");
  const specs = body.kernelspecs as Record<
    string,
    { spec: { argv: string[] }; resources: Record<string, string> }
  >;
  expect(body.default).toBe("python3");
  expect(specs.python3).toEqual({
    name: "python3",
    spec: {
      argv: expect.arrayContaining([join(PYTHON_PREFIX, "bin/python"), "{connection_file}"]),
      env: {},
      display_name: "Python 3 (ipykernel)",
      language: "python",
      interrupt_mode: "signal",
      metadata: expect.objectContaining({}),
    },
    resources: expect.objectContaining({ "logo-svg": "/kernelspecs/python3/logo-svg.svg" }),
  });
  expect((await it.ask("GET", "/api/kernelspecs/python3")).body).toEqual(specs.python3);
  expect((await it.ask("GET", "/api/kernelspecs/none")).status).toBe(404);
  const logo = await fetch(`${it.server.url}${specs.python3?.resources["logo-64x64"]}`, {
    headers: { authorization: `token ${it.server.token}` },
  });
  expect([logo.status, logo.headers.get("content-type")]).toEqual([200, "image/png"]);
  for (const file of ["kernel.json", "..%2Fkernel.json", "logo-none.png"]) {
    expect((await it.ask("GET", `/kernelspecs/python3/${file}`)).status).toBe(404);
  }
  expect((await fetch(`${it.server.url}/kernelspecs/python3/logo-64x64.png`)).status).toBe(401);
});

test("the server tells what it is, who asks, and what it has not", async () => {
  const it = await aJupyterBench();
  expect((await it.ask("GET", "/api")).body).toEqual({
    version: expect.stringMatching(/^2\./),
    loopbook: "1.2.3",
  });
  const before = (await it.ask("GET", "/api/status")).body;
  expect(before).toMatchObject({ kernels: 0, connections: 0, started: before.last_activity });
  const { id } = (await it.ask("POST", "/api/kernels", python)).body;
  const client = await Channels.open(it, id);
  const status = (await it.ask("GET", "/api/status")).body;
  expect(status).toMatchObject({ kernels: 1, connections: 1 });
  expect(String(status.last_activity) > String(before.started)).toBe(true);
  await client.leave();
  await waitFor("it left", () => client.closeCode !== null);

  const asked = encodeURIComponent(
    JSON.stringify({ contents: ["read", "write"], kernels: ["execute"], terminals: ["execute"] }),
  );
  expect((await it.ask("GET", `/api/me?permissions=${asked}`)).body).toMatchObject({
    identity: { username: "local", name: expect.any(String) },
    permissions: { contents: ["read", "write"], kernels: ["execute"], terminals: [] },
  });
  expect((await it.asViewer("GET", `/api/me?permissions=${asked}`)).body).toMatchObject({
    identity: { username: "guest" },
    permissions: { contents: ["read"], kernels: [], terminals: [] },
  });
  expect((await it.ask("GET", "/api/terminals")).body).toEqual([]);
  expect((await it.ask("POST", "/api/terminals")).status).toBe(404);
});

test("who may only look on starts, changes and ends nothing", async () => {
  const it = await aJupyterBench();
  it.write("nb.ipynb", notebookOf([codeCell("a", "1")]));
  const { id, kernel } = (await it.ask("POST", "/api/sessions", forNotebook("nb.ipynb"))).body as unknown as {
    id: string;
    kernel: { id: string };
  };
  for (const [method, path, body] of [
    ["POST", "/api/sessions", forNotebook("nb.ipynb")],
    ["PATCH", `/api/sessions/${id}`, { path: "x" }],
    ["DELETE", `/api/sessions/${id}`],
    ["POST", "/api/kernels", python],
    ["POST", `/api/kernels/${kernel.id}/interrupt`],
    ["POST", `/api/kernels/${kernel.id}/restart`],
    ["DELETE", `/api/kernels/${kernel.id}`],
  ] as const) {
    expect(await it.asViewer(method, path, body)).toMatchObject({ status: 403, body: { code: "no-right" } });
  }
  expect((await it.asViewer("GET", "/api/sessions")).body).toHaveLength(1);
});

test("the token is taken as Jupyter clients give it", async () => {
  const it = await aJupyterBench();
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(it.server.url + path, { headers })).status;
  expect(await status("/api/sessions")).toBe(401);
  expect(await status("/api/sessions", { authorization: `token ${it.server.token}` })).toBe(200);
  expect(await status("/api/sessions", { authorization: `Bearer ${it.server.token}` })).toBe(200);
  expect(await status(`/api/sessions?token=${it.server.token}`)).toBe(200);
  expect(await status(`/api/sessions?token=${VIEW_TOKEN}`)).toBe(200);
  expect(await status("/api/sessions?token=wrong")).toBe(401);
  const evil = { origin: "https://evil.example" };
  expect(await status(`/api/sessions?token=${it.server.token}`, evil)).toBe(403);
  // What Jupyter's own clients add is no more than that to us.
  const more = { "x-xsrftoken": "t", cookie: "_xsrf=t; username-localhost=x" };
  expect((await it.ask("POST", "/api/kernels?_xsrf=t", python, more)).status).toBe(201);
  const untyped = await fetch(`${it.server.url}/api/kernels`, {
    method: "POST",
    headers: { authorization: `token ${it.server.token}`, "content-type": "text/plain" },
    body: JSON.stringify(python),
  });
  expect(untyped.status).toBe(201);
  expect(
    await new ApiClient({ baseUrl: it.server.url, token: it.server.token }).kernelSpecs(),
  ).toContainEqual({
    name: "python3",
    displayName: "Python 3 (ipykernel)",
    language: "python",
  });
  writeFileSync(join(it.folder, "x.txt"), "x");
  expect(await status(`/api/contents/x.txt?token=${it.server.token}`)).toBe(200);
});
