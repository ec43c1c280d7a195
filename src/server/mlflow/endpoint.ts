/** One address of MLflow's REST API. Bodies and queries come as one object, as its protobuf messages do. */
import { z } from "zod";
import type { Party } from "../../people/party.ts";
import type { JsonObject } from "../../util/json.ts";
import type { MlflowTracking } from "./tracking.ts";

export interface Call {
  readonly tracking: MlflowTracking;
  readonly input: Readonly<Record<string, unknown>>;
  readonly by: Party;
  /** Settles when the client was answered; false: it was not there any more. */
  readonly answered: Promise<boolean>;
}

export type Endpoint = (call: Call) => Promise<JsonObject>;

/** By method and address behind `/api/2.0/mlflow/`, as Fastify writes it. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** Protobuf's JSON writes 64-bit numbers as texts. */
export const int64 = z.coerce.number().int();
export const text = z.string().min(1);
export const keyValues = z.array(z.object({ key: text, value: z.coerce.string().default("") })).default([]);
export const pairsOf = (tags: z.infer<typeof keyValues>): readonly (readonly [string, string])[] =>
  tags.map(({ key, value }) => [key, value]);
/** Of a list in an address there may be one. */
export const texts = z.union([z.array(z.string()), z.string().transform((one) => [one])]).default([]);

/** A page of results, and the token of the next. */
export function page<T>(
  all: readonly T[],
  limit: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: JsonObject } {
  const from = /^\d{1,15}$/.test(token ?? "") ? Number(token) : 0;
  const items = all.slice(from, from + limit);
  const end = from + items.length;
  return { items, next: end < all.length ? { next_page_token: String(end) } : {} };
}
