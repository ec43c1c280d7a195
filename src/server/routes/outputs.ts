import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type OutputLines,
  type OutputSearch,
  outputDataQuery,
  outputLinesQuery,
  outputSearchQuery,
} from "../../api/outputs.ts";
import type { OutputReader } from "../../document/output-store.ts";
import type { JsonValue, Output } from "../../nbformat/notebook.ts";
import { LoopbookError } from "../../util/errors.ts";
import { OutputRef } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

const MAX_LINES = 5_000;
const MAX_LINES_BYTES = 4 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024;
const SEARCH_BYTES = 32 * 1024 * 1024;

interface ByRef {
  Params: { id: string; ref: string };
}

export function outputRoutes(app: FastifyInstance, context: ServerContext): void {
  const found = ({
    id,
    ref,
  }: ByRef["Params"]): { readonly outputs: OutputReader; readonly ref: OutputRef } => {
    const outputs = sessionOf(context, id).outputs?.store;
    if (!outputs || !OutputRef.isOne(ref)) throw noSuchOutput();
    return { outputs, ref };
  };

  app.get<ByRef>("/api/notebooks/:id/outputs/:ref", { config: { needs: "look" } }, async (request, reply) => {
    const { outputs, ref } = found(request.params);
    if (isKnown(request, reply, outputs.valueSeq(ref))) return reply.code(304).send();
    const value = (await outputs.valueJson(ref)) ?? missing();
    reply.header("ETag", tagOf(value.seq));
    return reply.type("application/json; charset=utf-8").send(value.json);
  });

  app.get<ByRef>(
    "/api/notebooks/:id/outputs/:ref/data",
    { config: { needs: "look" } },
    async (request, reply) => {
      const { mime } = outputDataQuery.parse(request.query);
      const { outputs, ref } = found(request.params);
      // Also when somebody opens its address in a tab of its own, it runs nothing and asks nobody.
      reply.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      if (isKnown(request, reply, outputs.valueSeq(ref))) return reply.code(304).send();
      const value = (await outputs.value(ref)) ?? missing();
      const form = formOf(value.output, mime);
      if (form === undefined) throw noSuchOutput();
      reply.header("ETag", tagOf(value.seq));
      return isText(mime)
        ? reply.type(`${mime}; charset=utf-8`).send(textOf(form, mime))
        : reply.type(mime).send(Buffer.from(textOf(form, mime), "base64"));
    },
  );

  app.get<ByRef>(
    "/api/notebooks/:id/outputs/:ref/lines",
    { config: { needs: "look" } },
    async (request): Promise<OutputLines> => {
      const { from, to } = outputLinesQuery.parse(request.query);
      const { outputs, ref } = found(request.params);
      const facts = outputs.log(ref) ?? missing();
      const options = { maxBytes: MAX_LINES_BYTES, maxLineBytes: MAX_LINE_BYTES };
      const end = Math.min(to, from + MAX_LINES);
      const lines = (await outputs.lines(ref, from, end, options)) ?? missing();
      return { from, lines, total: facts.lines, bytes: facts.bytes, seq: facts.seq };
    },
  );

  app.get<ByRef>(
    "/api/notebooks/:id/outputs/:ref/search",
    { config: { needs: "look" } },
    async (request): Promise<OutputSearch> => {
      const { query, from, limit, matchCase } = outputSearchQuery.parse(request.query);
      const { outputs, ref } = found(request.params);
      const gone = new AbortController();
      const onClose = (): void => gone.abort();
      // Whoever typed another letter asks anew and lets go of this one.
      request.raw.socket.once("close", onClose);
      try {
        const cased = matchCase === undefined ? {} : { matchCase: matchCase === "true" };
        const search = { query, from, limit, maxBytes: SEARCH_BYTES, signal: gone.signal, ...cased };
        return (await outputs.search(ref, search)) ?? missing();
      } finally {
        request.raw.socket.off("close", onClose);
      }
    },
  );

  app.get<ByRef>(
    "/api/notebooks/:id/outputs/:ref/text",
    { config: { needs: "look" } },
    async (request, reply) => {
      const { outputs, ref } = found(request.params);
      const text = outputs.text(ref) ?? missing();
      reply.header("Content-Disposition", `attachment; filename="${ref}.log"`);
      return reply.type("text/plain; charset=utf-8").send(Readable.from(text));
    },
  );
}

/** The client has this state already. */
function isKnown(request: FastifyRequest, reply: FastifyReply, seq: number | null): boolean {
  if (seq === null) throw noSuchOutput();
  reply.header("Cache-Control", "private, no-cache");
  reply.header("ETag", tagOf(seq));
  return request.headers["if-none-match"] === tagOf(seq);
}

const tagOf = (seq: number): string => `"${seq}"`;

function formOf(output: Output, mime: string): JsonValue | undefined {
  const isShown = output.output_type === "display_data" || output.output_type === "execute_result";
  return isShown && Object.hasOwn(output.data, mime) ? output.data[mime] : undefined;
}

/** Everything else travels in base64 (nbformat). */
function isText(mime: string): boolean {
  return /^text\/|^application\/(?:javascript|json|xml|x-[a-z]+script)$|\+(?:json|xml)$/i.test(mime);
}

function textOf(form: JsonValue, mime: string): string {
  if (typeof form === "string" && !/[/+]json$/i.test(mime)) return form;
  const isLines =
    Array.isArray(form) && form.every((part) => typeof part === "string") && !/[/+]json$/i.test(mime);
  return isLines ? form.join("") : JSON.stringify(form);
}

function missing(): never {
  throw noSuchOutput();
}

function noSuchOutput(): LoopbookError {
  return new LoopbookError(
    "no-such-output",
    "There is no such output (any more): the cell was run again or cleared, or its place was needed.",
  );
}
