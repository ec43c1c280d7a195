/**
 * The HTTP API as a table: of this are made the OpenAPI document, its reference page and the types of the TypeScript
 * client; a test holds it against the routes. Protocols of other programs (Jupyter's, MLflow's) are
 * described where they come from and are not in it.
 */
import { z } from "zod";
import type { Action } from "../../people/access.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";

/** Bytes, or text that is no JSON. */
export interface RawContent {
  readonly raw: readonly string[];
  /** Of lines of JSON: what one line is. */
  readonly line?: z.ZodType;
}

export type Content = z.ZodType | RawContent;

export interface Operation {
  readonly method: Method;
  /** `/api/runs/{id}` */
  readonly path: string;
  readonly id: string;
  readonly group: string;
  readonly needs: Action;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: Content;
  /** Absent: it has none (204). */
  readonly answer?: Content;
  /** Default 200, or 204 without an answer. */
  readonly status?: number;
  /** Codes of refusals that a caller may want to tell apart, by status. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
}

export type Told = Omit<Operation, "method" | "path" | "id" | "group" | "needs" | "summary">;

/** One line of the table: `["GET /api/runs", "look", "listRuns", "Live runs …", { answer }]`. */
export type Line = readonly [route: string, needs: Action, id: string, summary: string, told?: Told];

export function operations(group: string, lines: readonly Line[]): readonly Operation[] {
  return lines.map(([route, needs, id, summary, told]) => {
    const [method, path = ""] = route.split(" ");
    return { method: method as Method, path, id, group, needs, summary, ...told };
  });
}

export const raw = (...types: readonly string[]): RawContent => ({ raw: types });

/** Schemas with a name of their own in the document. */
export const schemaNames = z.registry<{ id: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  schemaNames.add(schema, { id });
  return schema;
}

/** An object whose fields this document does not describe yet; its type is in the sources. */
export function objectOf(id: string, about: string): z.ZodType {
  return named(id, z.looseObject({}).describe(about));
}

/** Several, read only. */
export const listOf = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).readonly();
