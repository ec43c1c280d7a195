/** Where exporters of OpenTelemetry send. Their messages are described by the protocol. */
import { operations, raw } from "./operation.ts";

const types = raw("application/x-protobuf", "application/json");
const told = {
  body: types,
  answer: types,
  errors: { 503: ["open-elsewhere", "run-goes-on", "telemetry-busy"] },
};

export const otlpOperations = operations("OpenTelemetry", [
  [
    "POST /v1/metrics",
    "execute",
    "exportMetrics",
    "Metrics of a service by OTLP/HTTP (`ExportMetricsServiceRequest`), to the run of its instance.",
    told,
  ],
  [
    "POST /v1/logs",
    "execute",
    "exportLogs",
    "Logs of a service by OTLP/HTTP (`ExportLogsServiceRequest`), to the run of its instance.",
    told,
  ],
]);
