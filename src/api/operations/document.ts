/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) of the table of operations. Pure. */
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../util/json.ts";
import { allOperations } from "./all-operations.ts";
import { apiError } from "./answers.ts";
import { type Content, type Operation, schemaNames } from "./operation.ts";

const RIGHTS = { look: "look", edit: "edit", execute: "run things" } as const;

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: JsonObject;
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly securitySchemes: JsonObject;
  };
  readonly [more: string]: JsonValue | JsonObject;
}

export function openApiDocument(
  version: string,
  operations: readonly Operation[] = allOperations,
): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    (paths[operation.path] ?? {})[operation.method.toLowerCase()] = described(operation, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Loopbook",
      version,
      description:
        "A notebook as the control room of a pipeline. Every request carries the token that `loopbook` printed. " +
        "An operation whose answer is an object without fields is described by its type in the sources. " +
        "The live channel of a notebook is a WebSocket and not part of this document.",
      license: { name: "BSD-3-Clause", identifier: "BSD-3-Clause" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A server's token, or a share's." },
      },
    },
  };
}

function described(operation: Operation, components: Components): JsonObject {
  const { method, path, id, group, needs, summary, query, body, answer, errors = {} } = operation;
  const status = operation.status ?? (answer === undefined && method !== "HEAD" ? 204 : 200);
  const responses: Record<string, JsonObject> = {
    [status]: { description: summary, ...(answer && { content: contentOf(answer, "output", components) }) },
    default: {
      description: "What went wrong, and what to do about it.",
      content: contentOf(apiError, "output", components),
    },
  };
  for (const [code, codes] of Object.entries(errors))
    responses[code] = {
      description: codes.map((one) => `\`${one}\``).join(", "),
      content: contentOf(apiError, "output", components),
    };
  return {
    operationId: id,
    tags: [group],
    summary,
    description: `Needs the right to ${RIGHTS[needs as keyof typeof RIGHTS] ?? needs}.`,
    "x-needs": needs,
    parameters: [...pathParameters(path), ...(query ? queryParameters(query, components) : [])],
    ...(body && {
      requestBody: {
        required: !(body instanceof z.ZodType && body.isOptional()),
        content: contentOf(body, "input", components),
      },
    }),
    responses,
  };
}

function pathParameters(path: string): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodObject, components: Components): readonly JsonObject[] {
  const schema = components.schemaOf(query, "input");
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonObject>>).map(
    ([name, field]) => {
      // A value that is read from text has no type of its own before.
      const { description, ...rest } = field;
      return {
        name,
        in: "query",
        required: required.includes(name),
        ...(description !== undefined && { description }),
        schema: Object.keys(rest).length === 0 ? { type: "string" } : rest,
      };
    },
  );
}

function contentOf(content: Content, io: "input" | "output", components: Components): JsonObject {
  if (content instanceof z.ZodType)
    return { "application/json": { schema: components.schemaOf(content, io) } };
  const { line } = content;
  return Object.fromEntries(
    content.raw.map((type): [string, JsonObject] => {
      // Bytes have no schema in OpenAPI 3.1; a line has one, which the document names beside.
      const isLines = line !== undefined && type === "application/x-ndjson";
      return [type, isLines ? { "x-line": components.schemaOf(line, io) } : {}];
    }),
  );
}

/** Schemas with names, told once. What is sent and what is answered may differ (defaults), and have then two names. */
class Components {
  private readonly schemas = new Map<string, JsonObject>();

  all(): Readonly<Record<string, JsonObject>> {
    return Object.fromEntries([...this.schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
    const told = z.toJSONSchema(schema, {
      io,
      metadata: schemaNames,
      unrepresentable: "any",
      override: ({ jsonSchema }) => {
        delete jsonSchema.id;
      },
    });
    const { $schema: _, $defs = {}, ...own } = told as JsonObject & { readonly $defs?: JsonObject };
    for (const [name, part] of Object.entries($defs)) this.add(name, part as JsonObject);
    const id = schemaNames.get(schema)?.id;
    if (id === undefined || own.$ref !== undefined) return referring(own) as JsonObject;
    this.add(id, own);
    return { $ref: `#/components/schemas/${id}` };
  }

  private add(name: string, schema: JsonObject): void {
    this.schemas.set(name, referring(schema) as JsonObject);
  }
}

/** References of one schema become those of the document. */
function referring(part: JsonValue): JsonValue {
  if (Array.isArray(part)) return part.map(referring);
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string"
        ? value.replace(/^#\/\$defs\//, "#/components/schemas/")
        : referring(value),
    ]),
  );
}
