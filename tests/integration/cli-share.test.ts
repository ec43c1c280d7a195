/** `loopbook share`: links with limited rights, over real processes. */
import { mkdirSync } from "node:fs";
import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import { CliFolder, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
  folder.notebook("a.ipynb", [{ source: "x = 1" }]);
  folder.notebook("b.ipynb", [{ source: "y = 1" }]);
  mkdirSync(folder.file("sub"));
});
afterAll(() => folder.remove());

interface Made {
  readonly id: string;
  readonly link: string;
}

function clientOf(link: string): ApiClient {
  const { origin, searchParams } = new URL(link);
  return new ApiClient({ baseUrl: origin, token: searchParams.get("token") ?? "" });
}

test("a link opens what it names with the rights it was given, until it is taken back", async () => {
  const server = folder.start([
    "up",
    "--foreground",
    "--port",
    "0",
    "--allow-host",
    "https://lab.example.org",
  ]);
  await server.says("http://");
  const ben = await folder.json<Made>(["share", "a.ipynb", "--edit", "--name", "Ben", "--expires", "7d"]);
  expect(ben.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\/a\.ipynb\?token=[0-9a-z]{40}$/);
  const api = clientOf(ben.link);
  const { id } = await api.openNotebook({ path: "a.ipynb" });
  await api.setValues(id, { values: {} });
  await expect(api.kernel(id, { action: "start" })).rejects.toMatchObject({ code: "no-right" });
  await expect(api.openNotebook({ path: "b.ipynb" })).rejects.toMatchObject({ code: "outside-share" });

  // By a proxy of another name.
  const { port, searchParams } = new URL(ben.link);
  const proxied = await folder.json<Made>(["share", "a.ipynb", "--url", "https://lab.example.org/"]);
  expect(proxied.link).toMatch(/^https:\/\/lab\.example\.org\/open\/a\.ipynb\?token=/);
  const statusAt = (host: string): Promise<number> =>
    new Promise((resolve) => {
      const headers = { host, authorization: `Bearer ${searchParams.get("token")}` };
      get({ host: "127.0.0.1", port, path: "/api/status", headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
    });
  expect([await statusAt("lab.example.org"), await statusAt("evil.example.org")]).toEqual([200, 421]);

  // It follows the notebook, also when the command line moves it.
  expect((await folder.run(["mv", "a.ipynb", "sub/a2.ipynb"])).code).toBe(0);
  expect((await api.openNotebook({ path: "sub/a2.ipynb" })).id).toBe(id);

  const guest = await folder.json<Made>(["share", "sub"]);
  const listed = await folder.run(["share", "--list"]);
  expect(listed.stdout).toMatch(/Ben +view\+edit +\S+a2\.ipynb +for 7 days/);
  expect(listed.stdout).toContain("Guest");
  expect(listed.stdout).not.toContain("token");

  expect(await folder.run(["share", "--revoke", "ben"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(ben.id),
  });
  await expect(api.status()).rejects.toMatchObject({ code: "wrong-token" });
  expect((await clientOf(guest.link).files("sub")).entries.map(({ name }) => name)).toEqual(["a2.ipynb"]);
  expect((await folder.run(["share", "--revoke", "ben"])).code).toBe(1);
  expect((await folder.run(["share", "--revoke", "all"])).code).toBe(0);
  expect((await folder.run(["share", "--list"])).stdout).toBe("Nothing is shared.\n");
  server.process.kill("SIGTERM");
  await server.ended;
});

test("without a server one is started, so that the link works", async () => {
  const made = await folder.run(["share", "b.ipynb", "--run"]);
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("was started")]);
  expect(made.stderr).toContain("whatever your account can");
  const api = clientOf(made.stdout.trim());
  await until(
    async () => (await api.status().catch(() => null)) !== null,
    () => "the server",
  );
  expect((await api.openNotebook({ path: "b.ipynb" })).path).toBe("b.ipynb");
});

test.each([
  [["share"], /Name a notebook or a folder/],
  [["share", "gone.ipynb"], /There is no/],
  [["share", "b.ipynb", "--expires", "soon"], /30m, 12h, 7d or 2w/],
  [["share", "b.ipynb", "--name", "local"], /name of Loopbook's own/],
  [["share", "b.ipynb", "--url", "lab"], /--url takes an address/],
])("%s is refused in one line", async (words, message) => {
  const { code, stderr } = await folder.run(words);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
