import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  blobReadQuery,
  csvQuery,
  type LogPage,
  logsQuery,
  type SeriesData,
  type SeriesInfoView,
  seriesQuery,
  type TelemetryView,
  type TemplatesView,
} from "../../api/telemetry.ts";
import { notFiniteName } from "../../telemetry/line-records.ts";
import { encodeSeries } from "../../telemetry/series-codec.ts";
import type { RunTelemetry, SeriesInfo, SeriesView } from "../../telemetry/telemetry-store.ts";
import { LoopbookError } from "../../util/errors.ts";
import { RunId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { isOfReach, noSuchRun } from "./runs.ts";

interface ById {
  Params: { id: string };
}

interface ByHash {
  Params: { id: string; sha: string };
}

export function telemetryRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<ById>(
    "/api/runs/:id/telemetry",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<TelemetryView> => {
      const telemetry = await telemetryOf(context, request);
      return {
        runId: telemetry.runId,
        series: telemetry.series().map(infoView),
        logs: { total: telemetry.logs.total, counts: telemetry.logs.counts() },
        troubles: telemetry.troubles(),
        sizeBytes: telemetry.sizeBytes(),
      };
    },
  );

  app.get<ById>(
    "/api/runs/:id/series",
    { config: { needs: "look", reach: "checked" } },
    async (request, reply) => {
      const { names, axis, from, to, points } = seriesQuery.parse(request.query);
      const telemetry = await telemetryOf(context, request);
      const range = {
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(points !== undefined && { points }),
      };
      const read = await Promise.all(names.map((name) => telemetry.read({ name, axis, ...range })));
      const views = read.filter((view) => view !== null);
      reply.header("Vary", "Accept");
      if (request.headers.accept?.includes("application/octet-stream"))
        return reply.type("application/octet-stream").send(Buffer.from(encodeSeries(views).buffer));
      return views.map(dataOf);
    },
  );

  app.get<ById>(
    "/api/runs/:id/series.csv",
    { config: { needs: "look", reach: "checked" } },
    async (request, reply) => {
      const { name } = csvQuery.parse(request.query);
      const telemetry = await telemetryOf(context, request);
      const points = telemetry.points(name);
      if (points === null)
        throw new LoopbookError("no-such-series", "The run has no series of this name (any more).");
      const file = name.replace(/[^\w.-]+/g, "-").slice(0, 100);
      reply.header("Content-Disposition", `attachment; filename="${file || "series"}.csv"`);
      return reply.type("text/csv; charset=utf-8").send(Readable.from(csvOf(points)));
    },
  );

  app.get<ById>(
    "/api/runs/:id/logs",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<LogPage> => {
      const { from, limit, levels, template, search } = logsQuery.parse(request.query);
      const { logs } = await telemetryOf(context, request);
      const page = await logs.read({
        from,
        limit,
        ...(levels && { levels }),
        ...(template !== undefined && { template }),
        ...(search !== undefined && { search }),
      });
      return { ...page, total: logs.total };
    },
  );

  app.get<ById>(
    "/api/runs/:id/logs/templates",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<TemplatesView> => {
      return (await telemetryOf(context, request)).logs.templates();
    },
  );

  app.get<ByHash>(
    "/api/runs/:id/blobs/:sha",
    { config: { needs: "look", reach: "checked" } },
    async (request, reply) => {
      const { mime } = blobReadQuery.parse(request.query);
      const telemetry = await telemetryOf(context, request);
      const blob = await telemetry.readBlob(request.params.sha);
      if (blob === null)
        throw new LoopbookError(
          "no-such-blob",
          "There is no such file of this run here, or not the whole of it yet.",
        );
      // It is named by what it is: it never changes. And whatever it is, it runs nothing and asks nobody.
      reply.header("Cache-Control", "private, max-age=31536000, immutable");
      reply.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header("X-Content-Type-Options", "nosniff");
      return reply.type(mime ?? "application/octet-stream").send(blob);
    },
  );
}

/** Of a run within reach. @throws LoopbookError `no-such-run`. */
async function telemetryOf({ host }: ServerContext, request: FastifyRequest<ById>): Promise<RunTelemetry> {
  const { id } = request.params;
  const runId = RunId.of(id);
  if (!host.telemetry || !/^run_[0-9a-z]{6,64}$/.test(id)) return noSuchRun(id);
  const snapshot = host.run(runId)?.snapshot() ?? (await host.runRecord(id))?.snapshot;
  const isMine = snapshot ? isOfReach(request.access, snapshot) : request.access.scope === undefined;
  if (!isMine || !(await host.telemetry.has(runId))) return noSuchRun(id);
  return host.telemetry.open(runId);
}

export function infoView(info: SeriesInfo): SeriesInfoView {
  return { ...info, last: notFiniteName(info.last) ?? info.last };
}

function dataOf({ x, min, max, last, ...head }: SeriesView): SeriesData {
  const finite = (column: Float64Array): (number | null)[] =>
    Array.from(column, (value) => (Number.isNaN(value) ? null : value));
  return { ...head, x: [...x], min: finite(min), max: finite(max), last: finite(last) };
}

async function* csvOf(
  parts: AsyncIterable<{
    readonly time: Float64Array;
    readonly step: Float64Array;
    readonly value: Float64Array;
  }>,
): AsyncGenerator<string> {
  yield "step,time,value\n";
  for await (const { time, step, value } of parts) {
    let text = "";
    for (let at = 0; at < time.length; at++) {
      const known = step[at] ?? Number.NaN;
      text += `${Number.isNaN(known) ? "" : known},${time[at]},${value[at]}\n`;
    }
    yield text;
  }
}
