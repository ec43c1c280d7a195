/** The API as it is told to programs and people, held against a real validator and real answers. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { allOperations } from "../../src/api/operations/all-operations.ts";
import { aServer } from "./server/test-server.ts";

async function ask(it: Awaited<ReturnType<typeof aServer>>, path: string): Promise<Response> {
  return fetch(`${it.server.url}${path}`, { headers: { authorization: `Bearer ${it.server.token}` } });
}

test("the document is valid OpenAPI 3.1, and every reference in it leads somewhere", async () => {
  const it = await aServer();
  const document = await (await ask(it, "/api/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(document.info.version).toBe("1.2.3");
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  expect(refs.length).toBeGreaterThan(50);
  expect(refs.filter(([, name = ""]) => document.components.schemas[name] === undefined)).toEqual([]);
});

test("the page tells every operation, runs nothing, and asks nobody", async () => {
  const it = await aServer();
  const response = await ask(it, "/api/reference");
  const html = await response.text();
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).not.toMatch(/<script|src=|https?:\/\//);
  expect(allOperations.filter(({ id }) => !html.includes(`id="${id}"`))).toEqual([]);
});

test("answers are what the document says", async () => {
  const it = await aServer();
  for (const { method, path, answer } of allOperations) {
    if (method !== "GET" || path.includes("{") || answer === undefined || !("safeParse" in answer)) continue;
    const response = await ask(it, path);
    if (response.status !== 200) continue;
    const parsed = answer.safeParse(await response.json());
    expect([path, parsed.error?.message]).toEqual([path, undefined]);
  }
});
