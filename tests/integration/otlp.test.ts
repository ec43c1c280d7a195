/** A service that exports by OpenTelemetry's own SDK tells its notebook, by addresses and a token in its environment. */
import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import type { AttachedRun } from "../../src/usecases/attached-run.ts";
import type { Host } from "../../src/usecases/host.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { PYTHON } from "./cli-support.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-otlp-")));
const stateFolder = join(base, "state");
let host: Host;
let server: RunningServer;
const options = { stateFolder, version: "1", logger: silentLogger };
const serve = (): Promise<RunningServer> =>
  startServer({ ...options, host, folder: base, port: 0, kind: "up" });
beforeAll(async () => {
  host = createLocalHost(options);
  server = await serve();
});
afterAll(async () => {
  await server.close();
  await host.close();
  rmSync(base, { recursive: true, force: true });
});

async function runOf(service: string): Promise<AttachedRun> {
  const found = host.runs().find((run) => run.snapshot().name === service);
  const run = found && (await host.attachedRuns?.get(found.id));
  if (!run) throw new Error(`There is no run of ${service}`);
  return run;
}

async function seriesOf(service: string): Promise<Record<string, readonly [number, number]>> {
  const { telemetry } = await runOf(service);
  return Object.fromEntries(telemetry.series().map(({ name, count, last }) => [name, [count, last]]));
}

const SERVICE = `
import logging
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.metrics import MeterProvider, Histogram
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
resource = Resource.create({"service.instance.id": "one"})
reader = PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=3_600_000)
views = [View(instrument_name="size", aggregation=ExponentialBucketHistogramAggregation())]
meters = MeterProvider(resource=resource, metric_readers=[reader], views=views)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
meter = meters.get_meter("trainer")
meter.create_gauge("loss").set(0.25)
count = meter.create_counter("requests"); count.add(3, {"route": "/", "method": "GET"}); count.add(2, {"route": "/a", "method": "GET"})
wait = meter.create_histogram("wait")
for value in (1, 2, 6): wait.record(value)
size = meter.create_histogram("size")
for value in (10, 20): size.record(value)
logger = logging.getLogger("app.train"); logger.setLevel(logging.DEBUG); logger.addHandler(LoggingHandler(logger_provider=logs))
logger.info("epoch %d begins", 1); logger.warning("slow")
try: 1 / 0
except ZeroDivisionError: logger.exception("broken")
meters.shutdown(); logs.shutdown()
`;

test("metrics and logs of the real SDK arrive in a notebook, packed and plain", async () => {
  for (const [service, compression] of [
    ["plain", "none"],
    ["packed", "gzip"],
  ] as const) {
    const env = {
      ...process.env,
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer%20${server.token}`,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    };
    const { stderr } = await promisify(execFile)(PYTHON, ["-W", "ignore", "-c", SERVICE], { env, cwd: base });
    expect(stderr).not.toContain("Failed to export");
    expect(await seriesOf(service)).toEqual({
      loss: [1, 0.25],
      "requests{method=GET,route=/}": [1, 3],
      "requests{method=GET,route=/a}": [1, 2],
      ...{ "wait.count": [1, 3], "wait.sum": [1, 9], "wait.min": [1, 1], "wait.max": [1, 6] },
      ...{ "size.count": [1, 2], "size.sum": [1, 30], "size.min": [1, 10], "size.max": [1, 20] },
    });
    const run = await runOf(service);
    expect(run.session.path).toMatch(new RegExp(`/otlp/${service}/one-[0-9a-f]{6}\\.ipynb$`));
    const { lines } = await run.telemetry.logs.read({ from: 0, limit: 10 });
    expect(lines.map(({ level, text, logger }) => [level, text.split("\n")[0], logger])).toEqual([
      ["info", "epoch 1 begins", "app.train"],
      ["warning", "slow", "app.train"],
      ["error", "broken", "app.train"],
    ]);
    expect(lines[2]?.text).toContain("ZeroDivisionError: division by zero");
  }
});

const send = (signal: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/v1/${signal}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json", ...headers },
  });

const gauges = (service: string, points: readonly object[], time = "1700000000000000000"): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeMetrics: [
          {
            metrics: [
              { name: "g", gauge: { dataPoints: points.map((one) => ({ timeUnixNano: time, ...one })) } },
            ],
          },
        ],
      },
    ],
  });

test("a body that is brought again counts once, at the same time, later, and by a server that was started anew", async () => {
  const first = gauges("again", [{ asInt: "1" }, { asDouble: "NaN" }]);
  const second = gauges("again", [{ asDouble: 3 }], "1700000001000000000");
  const answers = await Promise.all([
    send("metrics", first),
    send("metrics", first),
    send("metrics", second),
  ]);
  for (const answer of answers) expect([answer.status, await answer.json()]).toEqual([200, {}]);
  // Packed it is another body on the wire, and the same one.
  await send("metrics", gzipSync(first), { "content-encoding": "gzip" });
  expect((await seriesOf("again")).g?.[0]).toBe(3);
  const { id } = await runOf("again");

  await server.close();
  server = await serve();
  expect((await send("metrics", first)).status).toBe(200);
  expect((await send("metrics", second)).status).toBe(200);
  expect((await runOf("again")).id).toBe(id);
  expect((await seriesOf("again")).g?.[0]).toBe(3);
  await send("metrics", gauges("again", [{ asDouble: 4 }], "1700000002000000000"));
  expect((await seriesOf("again")).g).toEqual([4, 4]);
});

test("what is not taken is counted in the answer; what is broken is refused, in the body's own encoding", async () => {
  const partial = await send("metrics", gauges("partial", [{ asInt: 1 }, {}]));
  expect([partial.status, await partial.json()]).toEqual([
    200,
    { partialSuccess: { rejectedDataPoints: "1", errorMessage: "A point of g has no value." } },
  ]);
  const many = Array.from({ length: 5_100 }, (_, n) => ({
    asInt: n,
    attributes: [{ key: "user", value: { intValue: n } }],
  }));
  const bounded = await send("metrics", gauges("bounded", many));
  expect(await bounded.json()).toMatchObject({ partialSuccess: { rejectedDataPoints: "100" } });

  const broken = await send("logs", "{");
  expect([broken.status, await broken.json()]).toMatchObject([
    400,
    { code: 3, message: "The body is no JSON." },
  ]);
  expect((await send("logs", JSON.stringify({ resourceLogs: 1 }))).status).toBe(400);
  const bytes = await send("logs", new Uint8Array([10, 200, 1]), {
    "content-type": "application/x-protobuf",
  });
  expect([bytes.status, bytes.headers.get("content-type")]).toEqual([400, "application/x-protobuf"]);
  expect((await send("logs", "{}", { "content-type": "text/xml" })).status).toBe(415);
  expect((await send("logs", "no gzip", { "content-encoding": "gzip" })).status).toBe(400);
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
  expect((await send("metrics", bomb, { "content-encoding": "gzip" })).status).toBe(413);
  expect((await send("logs", "{}", { authorization: "Bearer wrong" })).status).toBe(401);
  expect((await send("traces", "{}")).status).toBe(404);
});
