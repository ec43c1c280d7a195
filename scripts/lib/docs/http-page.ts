/** docs/reference/http.md: every route, the right it needs, and the body it takes. */
import { z } from "zod";
import * as attached from "../../../src/api/attached.ts";
import * as comments from "../../../src/api/comments.ts";
import * as files from "../../../src/api/files.ts";
import * as frames from "../../../src/api/frames.ts";
import * as history from "../../../src/api/history.ts";
import * as http from "../../../src/api/http.ts";
import * as publish from "../../../src/api/publish.ts";
import * as trust from "../../../src/api/trust.ts";
import { filesBelow, isTest, readSource } from "../source-files.ts";

const contract: Readonly<Record<string, unknown>> = {
  ...{ ...http, ...attached, ...history, ...comments, ...files, ...frames, ...trust, ...publish },
};

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly needs: string | null;
  readonly body: string | null;
  readonly about: string | null;
}

const ROUTE = /\bapp\.(get|post|put|patch|delete)(?:<[^(]*>)?\(\s*"([^"]+)"/g;

export function routes(): readonly Route[] {
  const about = descriptions();
  const found: Route[] = [];
  for (const file of filesBelow("src/server").filter((path) => !isTest(path))) {
    const { code } = readSource(file);
    const matches = [...code.matchAll(ROUTE)];
    for (const [index, match] of matches.entries()) {
      const own = code.slice(match.index, matches[index + 1]?.index ?? code.length);
      const path = (match[2] ?? "").replace(/:(\w+)/g, "{$1}");
      const method = (match[1] ?? "").toUpperCase();
      found.push({
        method,
        path,
        needs: /needs:\s*"(\w+)"/.exec(own)?.[1] ?? null,
        body: /\b(\w+Body)\.parse\(/.exec(own)?.[1] ?? null,
        about: about.get(`${method} ${path}`) ?? null,
      });
    }
  }
  return found.sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

/** What the contract's comments say of a route: the comment that names it, as `METHOD path` in backquotes. */
function descriptions(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const texts = filesBelow("src/api")
    .filter((path) => !isTest(path))
    .map((path) => readSource(path).text);
  for (const [, comment = ""] of texts.join("\n").matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\//g)) {
    const plain = comment.replace(/\s*\n\s*\*\s?/g, " ").trim();
    for (const [, method, path] of plain.matchAll(/`(GET|POST|PUT|PATCH|DELETE) ([^`?]+)(?:\?[^`]*)?`/g))
      if (!found.has(`${method} ${path}`)) found.set(`${method} ${path}`, plain);
  }
  return found;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly $ref?: string;
}

/** A schema as TypeScript would write it; objects in lines of their own when `indent` is given. */
function typeText(schema: JsonSchema, indent?: string): string {
  if (schema.$ref || Object.keys(schema).length === 0) return "JSON";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const texts = [...new Set(choices.map((choice) => typeText(choice)))];
    return texts.includes("JSON") ? "JSON" : texts.join(indent === undefined ? " | " : "\n| ");
  }
  if (schema.type === "array") return `${typeText(schema.items ?? {})}[]`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${schema.required?.includes(name) ? "" : "?"}: ${typeText(field)}`,
    );
    return indent === undefined
      ? `{ ${fields.join("; ")} }`
      : `{\n${fields.map((f) => `${indent}${f}`).join("\n")}\n}`;
  }
  if (schema.type === "object")
    return `{ [name]: ${typeof schema.additionalProperties === "object" ? typeText(schema.additionalProperties) : "JSON"} }`;
  return [schema.type].flat().join(" | ");
}

function bodyText(name: string): string {
  const schema = Object.entries(contract).find(([key]) => key === name)?.[1];
  if (!(schema instanceof z.ZodType)) return `The body's schema is \`${name}\`.`;
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  return `\`\`\`ts\n${typeText(json, "  ")}\n\`\`\``;
}

export function httpPage(): string {
  const sections = routes().map(({ method, path, needs, body, about }) => {
    const right = needs === null ? "" : `Needs the right to ${needs}.`;
    const parts = [`## ${method} ${path}`, about, right, body === null ? null : bodyText(body)];
    return parts.filter((part) => part !== null && part !== "").join("\n\n");
  });
  return `# HTTP

Generated from the sources by \`npm run docs\`. Every request carries the token that \`loopbook\` printed, as \`Authorization: Bearer …\`; a browser trades it for a cookie at its first visit. Errors have a body \`{"code": …, "message": …}\`; the codes are in [errors](errors.md). Types named here are in [\`src/api/http.ts\`](../../src/api/http.ts). The live channel of a notebook, \`GET /api/notebooks/{id}/live\` as a WebSocket, is described in [\`src/api/live.ts\`](../../src/api/live.ts).

${sections.join("\n\n")}
`;
}
